// What can be done now, in large targets: one tap begins.
import { h, icon } from "./draw.js";
import { say } from "./say.js";

/** @typedef {import("./app.js").App} App */

/** Each flow as a person calls it; one that is not here is drawn by its own name. @type {Record<string, {title: string, icon: string, open?: string}>} */
export const FLOWS = {
  pick: { title: "flow-pick", icon: "shopping-cart", open: "open-pick" },
  receive: { title: "flow-receive", icon: "truck-delivery", open: "open-receive" },
  putaway: { title: "flow-putaway", icon: "package-import", open: "open-putaway" },
  pack: { title: "flow-pack", icon: "package", open: "open-pack" },
  count: { title: "flow-count", icon: "clipboard-check", open: "open-count" },
  move: { title: "flow-move", icon: "arrows-move" },
  lookup: { title: "flow-lookup", icon: "search" },
};
/** @type {Record<string, string>} */
const RECEIPTS = { expected: "receipt-announced", arrived: "receipt-arrived", counting: "receipt-counting" };
const ALWAYS = ["putaway", "pack", "count", "receive"];

/** @param {string} flow */
export const flowOf = (flow) => FLOWS[flow] ?? { title: flow, icon: "scan" };
/** @param {string} flow */
export const flowTitle = (flow) => say(flowOf(flow).title);

/** @param {App} app */
export function menuView(app) {
  const { device, badge } = app.me;
  const rows = app.work?.work ?? [];
  const flows = app.work?.flows ?? [];
  const open = app.works.map((work) => ({ work, of: flowOf(work.flow) })).reverse();
  const known = new Set(open.map(({ work }) => `${work.flow}/${work.target}`));
  const left = rows.filter((/** @type {any} */ row) => !known.has(`${row.flow}/${row.target}`));
  const targeted = left.filter((/** @type {any} */ row) => row.target);
  const others = flows.filter((/** @type {string} */ flow) => !open.some(({ work }) => work.flow === flow && !work.target) && flow !== "pick");
  const counts = Object.fromEntries(left.filter((/** @type {any} */ row) => !row.target).map((/** @type {any} */ row) => [row.flow, row.open]));
  const putBacks = app.work?.put_backs ?? 0;
  if (putBacks && counts.putaway) counts.putaway -= putBacks;
  const rank = (/** @type {string} */ flow) => (counts[flow] ? 0 : ALWAYS.includes(flow) ? 1 : 2);
  const offline = !app.sender.online;
  const tour = targeted.filter((/** @type {any} */ row) => row.flow === "pick");
  return h("main.menu", {},
    h("header.who", {}, h("div", {}, h("b", {}, badge.name), h("span", {}, h("code", {}, badge.code), ` · ${device.node_name}`)),
      h("button.corner", { type: "button", "aria-label": say("sign-out"), "data-act": "sign-out", onclick: () => app.signOut() }, icon("logout"))),
    app.drawLine(), app.drawConflicts(), app.band ? app.drawBand() : null,
    open.map(({ work, of }) => target(app, { icon: of.icon, title: say("go-on", { flow: flowTitle(work.flow) }), detail: work.answer.drawn?.progress || work.answer.drawn?.big || "", tone: "mine", act: () => app.goOn(work), data: work.flow })),
    offline ? h("p.note.risk", {}, icon("wifi-off"), say("new-work-waits")) : null,
    tour.slice(0, 6).map((/** @type {any} */ row) => target(app, { icon: "shopping-cart", title: say("pick-tour", { tour: row.label }), detail: `${say(row.state === "started" ? "yours-begun" : "free")} · ${count("pick", row.open)}`, count: row.open, tone: row.state === "started" ? "mine" : "", off: offline, act: () => app.begin("pick", row.target), data: "pick" })),
    tour.length > 6 ? h("p.note", {}, say("and-more-tours", { more: tour.length - 6 })) : null,
    flows.includes("pick") && !tour.length && !open.some(({ work }) => work.flow === "pick") ? h("p.note", {}, icon("shopping-cart"), app.work ? say("no-tour") : say("looking-for-tours")) : null,
    targeted.filter((/** @type {any} */ row) => row.flow === "receive").slice(0, 4).map((/** @type {any} */ row) => target(app, { icon: "truck-delivery", title: say("receive-receipt", { receipt: row.label }), detail: `${say(RECEIPTS[row.state] ?? row.state)} · ${count("receive", row.open)}`, count: row.open, tone: row.state === "counting" ? "mine" : "", off: offline, act: () => app.begin("receive", row.target), data: "receive" })),
    h("div.tiles", {}, [...others].sort((a, b) => rank(a) - rank(b)).map((flow) => h("button.tile", { type: "button", disabled: offline, "data-flow": flow, onclick: () => app.begin(flow, null) },
      icon(flowOf(flow).icon), h("strong", {}, counts[flow] ?? ""), h("b", {}, say(flow === "receive" ? "flow-receive-other" : flow === "count" && !counts.count ? "flow-count-here" : flowOf(flow).title)))),
      putBacks ? h("button.tile", { type: "button", disabled: offline, "data-flow": "put-back", onclick: () => app.begin("putaway", null) }, icon("arrow-back-up"), h("strong", {}, putBacks), h("b", {}, say("flow-put-back"))) : null),
    app.drawTools());
}

/** @param {string} flow @param {number} open */
function count(flow, open) {
  const key = flowOf(flow).open;
  return key ? say(key, { count: open }) : String(open);
}

/** @param {App} app @param {{icon: string, title: string, detail: string, count?: number, tone: string, off?: boolean, act: () => void, data: string}} row */
function target(app, row) {
  return h("button.target", { type: "button", class: row.tone, disabled: row.off, onclick: row.act, "data-flow": row.data },
    icon(row.icon), h("span", {}, h("b", {}, row.title), h("small", {}, row.detail)), icon("chevron-right"));
}

/** What waits on this device, and what the server said no to. @param {App} app */
export function line(app) {
  const count = app.pending.length;
  if (app.sender.online && !count) return null;
  const said = app.sender.online ? say("sending", { count }) : count ? say("working-offline-waiting", { count }) : say("working-offline");
  const stack = app.pending.slice(-6).reverse().map((entry) => h("li", {}, h("code", {}, entry.text.replace(/[^ -~]/g, "·").slice(0, 24)), entry.quantity ? ` × ${entry.quantity}` : null));
  return h("details.line", { class: app.sender.online ? "sending" : "offline", role: "status", open: app.lineOpen, ontoggle: (/** @type {any} */ event) => app.unfold(event.target.open) },
    h("summary", {}, icon(app.sender.online ? "cloud-up" : "wifi-off"), h("span", {}, said), count ? h("span.stack", { "aria-hidden": "true" }, Array.from({ length: Math.min(count, 12) }, () => h("i", {}))) : null),
    count ? h("ol", {}, stack, count > 6 ? h("li", {}, say("and-before", { more: count - 6 })) : null) : null);
}
