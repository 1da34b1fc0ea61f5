// One screen, one step.
import { contents } from "./offline/pack.js";
import { button, h, icon } from "./draw.js";
import { flowOf, flowTitle } from "./menu.js";
import { drawPad } from "./pad.js";
import { cart, picture } from "./picture.js";
import { say } from "./say.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./offline/flows.js").Work} Work */

/** The floor's commands as buttons; one that is not here is drawn by its own name. @type {Record<string, {title: string, icon: string, twice?: boolean}>} */
const COMMANDS = {
  "!short": { title: "short", icon: "circle-minus" },
  "!damaged": { title: "damaged", icon: "alert-triangle" },
  "!skip": { title: "skip", icon: "player-skip-forward" },
  "!full": { title: "tote-full", icon: "box" },
  "!undo": { title: "undo", icon: "arrow-back-up" },
  "!done": { title: "done", icon: "check" },
  "!close": { title: "close-it", icon: "lock", twice: true },
  "!empty": { title: "bin-empty", icon: "package-off", twice: true },
  "!blind": { title: "nobody-announced", icon: "circle-plus", twice: true },
  "!box": { title: "parcel-full", icon: "package" },
  "!unknown": { title: "unknown-goods", icon: "help-circle" },
  "!end": { title: "end-work", icon: "ban", twice: true },
};
const commandOf = (/** @type {string} */ name) => COMMANDS[name] ?? { title: name, icon: "hand-click", twice: true };

/** A sentence with the names of buttons for commands: `!done`. @param {string} sentence */
export const withButtons = (sentence) => sentence.replace(/!([a-z]+)/g, (name) => (COMMANDS[name] ? `“${say(COMMANDS[name].title)}”` : name));

/** Figures a command asks for before it is sent, by flow and command. */
/** @type {Record<string, (work: Work) => {title: string, start: string, label: (digits: string) => string, may?: (digits: string) => boolean}>} */
const ASKS = {
  "pick.!short": (work) => {
    const { quantity, counted } = work.answer.data;
    return { title: say("ask-how-many-there"), start: String(counted ?? 0), label: (n) => say("short-found", { found: n, quantity }), may: (n) => Number(n) < quantity };
  },
  "pick.!damaged": (work) => {
    const { quantity, counted } = work.answer.data;
    return { title: say("ask-how-many-good"), start: String(counted ?? 0), label: (n) => say("damaged-good", { good: n, quantity }), may: (n) => Number(n) < quantity };
  },
  "receive.!unknown": () => ({ title: say("ask-how-many"), start: "1", label: (n) => say("units-unknown", { quantity: n }) }),
};

/** Steps that want a figure and nothing else: their pad belongs to the screen. */
/** @type {Record<string, (work: Work, app: App) => Partial<import("./pad.js").Pad> & {send: (app: App, digits: string) => void}>} */
const FIGURES = {
  "count.count": (work) => ({ title: say("ask-counted"), start: String(work.answer.data.counted), most: 6, label: (n) => say("done-counted", { counted: n }), send: (app, n) => void app.scan("!done", Number(n)) }),
  "pack.close": (work) => ({ title: say("ask-weight"), unit: "g", start: String(work.answer.data.grams ?? ""), most: 6, label: (n) => say("close-with", { grams: n }), send: (app, n) => void app.scan("!close", Number(n)) }),
  "receive.expiry": () => ({ title: say("ask-day"), date: true, most: 6, label: () => say("that-is-the-date"), may: (n) => n.length === 6, send: (app, n) => void app.scan(`20${n.slice(0, 2)}-${n.slice(2, 4)}-${n.slice(4)}`, null) }),
};

/** Steps in which a figure keyed in goes along with the next scan. */
const CARRIES = ["pick.item", "receive.item", "putaway.bin", "pack.unit", "count.item", "move.item", "move.bin"];

/** @param {App} app @param {Work} work */
export function stepView(app, work) {
  const { screen, data, drawn } = work.answer;
  const step = screen.split(".")[1];
  const over = step === "done" || step === "ended" || (screen === "pick.stop" && !data.bin); // stopped, and nothing else to pick
  const wanted = screen === "move.bin" ? data.counted : data.quantity !== undefined && !over && step !== "close" ? data.quantity : null;
  const counted = data.counted ?? 0;
  const pad = app.pad ?? figure(app, work);
  const asking = Boolean(app.pad);
  const carries = CARRIES.includes(screen) && !pad ? () => carry(app) : null;
  const helped = practice(app, work);
  return h("main.step", { "data-screen": screen, class: pad ? "has-pad" : "" },
    h("header.top", {}, h("button.corner", { type: "button", "aria-label": say("to-the-menu"), onclick: () => app.toMenu(), "data-act": "menu" }, icon("list-check")),
      h("div", {}, h("b", {}, drawn.title), h("span", { "data-progress": true }, drawn.progress)),
      h("button.corner", { type: "button", "aria-label": say("more"), "aria-expanded": String(app.more), onclick: () => { app.more = !app.more; app.draw(); }, "data-act": "more" }, icon(app.more ? "x" : "menu-2"))),
    data.stops ? h("progress", { max: data.stops, value: Math.max(0, data.stop - (over ? 0 : 1)), "aria-label": say("progress") }) : null,
    app.drawLine(), app.drawConflicts(), app.drawBand(drawn.scan ? say("scan-this", { what: drawn.scan }) : ""),
    app.more ? more(app, work) : asking ? drawPad(/** @type {any} */ (pad), () => app.draw()) : [
      h("h1", { class: drawn.big.length > 26 ? "long" : "" }, drawn.big),
      wanted === null ? (drawn.detail ? h("p.detail", {}, drawn.detail) : null)
        : h("p.quantity", {}, h("b", {}, counted && data.quantity ? say("counted-of", { counted, quantity: wanted }) : wanted), h("span", {}, drawn.detail.replace(`${wanted} × `, "") || data.sku)),
      app.carry ? h("p", {}, h("em.carry", {}, say("with-next", { quantity: app.carry }))) : null,
      cart(work), pad ? drawPad(/** @type {any} */ (pad), () => app.draw()) : app.cameraOn ? null : picture(work), contentsList(work), upcoming(work), rows(drawn.rows), holds(work), found(app, work),
      over ? button(step === "ended" ? say("to-the-menu") : say("finish"), "check", () => (step === "ended" ? app.toMenu() : void app.scan("!end", null)), { class: "act wide", "data-act": "finish" }) : null,
    ],
    asking || over || (pad && !app.more) ? null : h("footer", {}, helped, app.more || !helped ? app.drawTools(carries) : app.drawOpenTools(), thumbs(app, work)));
}

/** Flows in which a task may be left for later. */
const WITH_SKIP = ["pick", "putaway", "pack", "count"];

/** The commands the step has in reach; a bin nobody asked to count is ended by hand. @param {Work} work @returns {string[]} */
function offers({ answer: { screen, data, drawn } }) {
  return screen === "count.item" && data.seen ? ["!done", "!skip"] : drawn.buttons;
}

/** What a command is called in this step, where that differs. @param {Work} work @param {string} name */
const screen = (work, name) => (name === "!done" && work.answer.screen === "count.item" ? say("bin-done") : null);

/** The two fixed buttons, or what the step has in reach. @param {App} app @param {Work} work */
function thumbs(app, work) {
  const { screen } = work.answer;
  const pick = work.flow === "pick" && screen !== "pick.back";
  const names = pick ? ["!short", "!damaged"] : offers(work).filter((/** @type {string} */ name) => !(screen === "count.count" && name === "!done") && !(screen === "pack.close" && name === "!close")).slice(0, 2);
  if (!names.length) return null;
  return h("nav.thumbs", { "aria-label": say("commands") }, names.map((/** @type {string} */ name) => command(app, work, name, pick && !["pick.item", "pick.tote"].includes(screen))));
}

/** @param {App} app @param {Work} work @param {string} name @param {boolean} [off] */
function command(app, work, name, off = false) {
  const of = commandOf(name);
  const asks = ASKS[`${work.flow}.${name}`];
  const armed = app.armed === name;
  const act = () => {
    app.more = false;
    if (asks) {
      const { title, start, label, may } = asks(work);
      app.pad = { title, value: "", start, most: 6, label, may, done: (digits) => { app.pad = null; void app.scan(name, Number(digits)); }, close: () => { app.pad = null; app.draw(); } };
      return app.draw();
    }
    if (of.twice && !armed) return app.arm(name);
    void app.scan(name, null);
  };
  return button(armed ? say("tap-again") : of.title.startsWith("!") ? of.title.slice(1) : screen(work, name) ?? say(of.title), of.icon, act, { disabled: off, class: armed ? "armed" : name === "!short" || name === "!damaged" ? "thumb risk" : "thumb", "data-command": name, title: off ? say("bin-first") : null });
}

/** @param {App} app @param {Work} work */
function more(app, work) {
  const inReach = FIGURES[work.answer.screen] ? [] : work.flow === "pick" ? ["!short", "!damaged"] : offers(work).slice(0, 2);
  const offered = [...new Set([...(WITH_SKIP.includes(work.flow) ? ["!skip"] : []), ...(work.flow === "lookup" ? [] : ["!undo"]), ...offers(work)])].filter((name) => !inReach.includes(name) && name !== "!end");
  const flows = app.work?.flows ?? [];
  const side = ["lookup", "putaway"].filter((flow) => flows.includes(flow) && flow !== work.flow);
  return h("section.more", { "aria-label": say("more") }, offered.map((name) => command(app, work, name)),
    side.map((flow) => button(flow === "putaway" ? say("flow-put-back") : flowTitle(flow), flow === "putaway" ? "arrow-back-up" : flowOf(flow).icon, () => { app.more = false; void app.begin(flow, null); }, { "data-side": flow, disabled: !app.sender.online })),
    button(app.help ? say("close-help") : say("help"), "help-circle", () => { app.help = !app.help; app.draw(); }),
    app.help ? h("div.help", {}, ["help-scan", "help-tones", "help-short", "help-undo", "help-offline"].map((key) => h("p", {}, say(key)))) : null,
    command(app, work, "!end"));
}

/** A figure for the next scan. @param {App} app */
function carry(app) {
  app.more = false;
  app.pad = { title: say("ask-at-once"), value: "", start: app.carry ? String(app.carry) : "", most: 5, label: (n) => say("with-next", { quantity: n || "…" }), may: (n) => Number(n) > 0, done: (digits) => { app.carry = Number(digits); app.pad = null; app.draw(); }, close: () => { app.carry = null; app.pad = null; app.draw(); } };
  app.draw();
}

/** @param {App} app @param {Work} work @returns {any} */
function figure(app, work) {
  const wants = FIGURES[work.answer.screen]?.(work, app);
  if (!wants) return null;
  const key = `${work.session}/${work.answer.screen}/${JSON.stringify(work.answer.data)}`;
  if (app.figure?.key !== key) app.figure = { key, value: "", start: "", most: 6, title: "", inline: true, label: () => "", ...wants, done: (/** @type {string} */ digits) => { const { send } = wants; app.figure = null; send(app, digits); } };
  return app.figure;
}

/** What the tote holds, filling as it is scanned. @param {Work} work */
function contentsList(work) {
  if (work.flow !== "pack" || work.answer.screen !== "pack.unit") return null;
  const units = work.local ? contents(work.local) : work.answer.data.contents ?? [];
  return h("ul.contents", {}, units.map((/** @type {any} */ unit) => {
    const all = unit.checked === unit.quantity;
    return h("li", { class: all ? "full" : "" }, h("span", {}, h("b", {}, unit.name), h("code", {}, unit.sku)), h("span.count", {}, all ? icon("check") : null, unit.checked === undefined ? `× ${unit.quantity}` : say("counted-of", { counted: unit.checked, quantity: unit.quantity })));
  }));
}

/** What the sheet still holds, where the step asks for any of it. @param {Work} work */
function upcoming(work) {
  const left = work.local ? listed(work) : null;
  if (!left?.length) return null;
  return h("ul.contents.upcoming", { "aria-label": say("still-to-do") },
    left.slice(0, 5).map(([name, code, much]) => h("li", {}, h("span", {}, h("b", {}, name), code ? h("code", {}, code) : null), h("span.count", {}, much))),
    left.length > 5 ? h("p.note", {}, say("and-more", { more: left.length - 5 })) : null);
}

/** @param {Work} work @returns {[string, string, string][]} name, code, how many or where */
function listed({ answer: { screen }, local }) {
  if (screen === "receive.item") return local.lines.filter((/** @type {any} */ one) => one.came < one.expected).map((/** @type {any} */ one) => [one.name, one.sku, say("to-come", { units: one.expected - one.came })]);
  if (screen === "putaway.item") {
    const here = (/** @type {any} */ one) => one.open > 0 && (!local.source || one.source === local.source);
    return local.tasks.filter(here).map((/** @type {any} */ one) => [one.name, one.putback ? say("from-place", { place: one.source }) : one.sku, `${one.open} × ${one.bin}`]);
  }
  if (screen === "count.bin") return [...new Set(local.tasks.filter((/** @type {any} */ one) => !one.done).map((/** @type {any} */ one) => one.bin))].map((bin) => [bin, "", say("to-count")]);
  if (screen === "count.item") return local.tasks.filter((/** @type {any} */ one) => !one.done && one.bin === local.bin).map((/** @type {any} */ one) => [one.name, one.sku, ""]);
  if (screen === "pack.tote") return local.orders.filter((/** @type {any} */ one) => !one.done).map((/** @type {any} */ one) => [one.totes.join(", "), one.order, say("items", { count: one.units.length })]);
  return [];
}

/** What a look-up found. @param {[string, string][]|undefined} found */
const rows = (found) => (found?.length ? h("dl.rows", {}, found.map(([what, where]) => h("div", {}, h("dt", {}, what), h("dd", {}, where)))) : null);

/** What lies in the place taken from, and may be moved. @param {Work} work */
function holds(work) {
  const { holds: lies } = work.answer.data;
  if (work.answer.screen !== "move.item" || !lies?.length) return null;
  return h("ul.contents.upcoming", { "aria-label": say("holds") }, lies.map((/** @type {[string, number]} */ [what, units]) => h("li", {}, h("code", {}, what), h("span.count", {}, units))));
}

/** What can be done with a place that was looked up. @param {App} app @param {Work} work */
function found(app, work) {
  if (work.flow !== "lookup" || work.answer.data.kind !== "bin" || !app.last) return null;
  const place = app.last;
  const may = ["count", "move"].filter((flow) => app.work?.flows.includes(flow));
  return h("nav.found", {}, may.map((flow) => button(flow === "count" ? say("flow-count-here") : flowTitle(flow), flowOf(flow).icon, () => void app.begin(flow, null, place), { "data-here": flow, disabled: !app.sender.online })));
}

/** For somebody without goods in hand. @param {App} app @param {Work} work */
function practice(app, work) {
  if (!app.me.device.practice) return null;
  const said = app.expectedOf(work);
  if (!said) return null;
  const step = work.answer.screen.split(".")[1];
  if (step === "done" || step === "ended") return null;
  return h("nav.practice", { "aria-label": say("practice") },
    button(say("scan-it-for-me"), "hand-finger", () => void app.practise(said), { class: "practice", "data-act": "practice" }),
    button(say("wrong"), "circle-x", () => void app.scan(step === "bin" ? "L.99-999-9" : "4006381333931", null), { class: "practice", "data-act": "practice-wrong" }));
}


