// What the server did not take of what was scanned without a network: one sentence an order, the scans on tap.
import { button, h, icon } from "./draw.js";
import { fill, say } from "./say.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./store.js").Conflict} Conflict */

/**
 * A scan this scanner took alone, and the server did not.
 * @param {import("./store.js").Entry} entry @param {any} answer @param {import("./words.js").Words} words @returns {Conflict}
 */
export function conflictOf(entry, answer, words) {
  const { order, from } = entry.shown ?? {};
  const { data, sentence } = answer;
  const stop = answer.drawn.tone === "stop";
  const told = fill((words.say.STOP_CANCELLED ?? "").split("{what}")[0], { order });
  const back = order && data.order === order && data.counted && /\.(stop|back)$/.test(answer.screen) ? { quantity: data.counted, sku: data.sku, bin: data.bin } : null;
  const tote = stop && from === "pick.tote" && !back ? entry.text.replace(/^T\./, "") : "";
  return { id: entry.id, text: entry.text, sentence, at: entry.at, stop, order, cancelled: Boolean(order && told && sentence.startsWith(told)), back, tote };
}

/** Conflicts by order, what stops first. @param {Conflict[]} conflicts @returns {Conflict[][]} */
export function byOrder(conflicts) {
  /** @type {Map<string, Conflict[]>} */
  const groups = new Map();
  for (const one of conflicts) groups.set(one.order || one.id, [...(groups.get(one.order || one.id) ?? []), one]);
  const stops = (/** @type {Conflict[]} */ group) => Number(group.some((one) => one.stop));
  return [...groups.values()].sort((a, b) => stops(b) - stops(a));
}

/** One sentence for what happened to an order's scans. @param {Conflict[]} group */
export function headline(group) {
  const order = group[0].order;
  const scans = say("of-it-not-taken", { count: group.length });
  if (!group.some((one) => one.cancelled)) {
    const first = group.find((one) => one.stop) ?? group[0];
    return order && !first.sentence.includes(order) ? say("conflict-order", { order, what: first.sentence }) : first.sentence;
  }
  const tote = group.findLast((one) => one.tote)?.tote;
  const back = group.findLast((one) => one.back)?.back;
  const what = tote ? say("conflict-in-tote", { tote, scans }) : back ? say("conflict-put-back", { ...back, scans }) : say("conflict-nothing", { scans });
  return say("conflict-cancelled", { order, what });
}

/** @param {App} app */
export function conflicts(app) {
  if (!app.conflicts.length) return null;
  const stop = app.conflicts.some((one) => one.stop);
  const groups = byOrder(app.conflicts);
  return h("section.conflicts", { class: stop ? "stop" : "", "aria-label": say("not-taken") },
    h("h2", {}, icon(stop ? "hand-stop" : "alert-triangle"), say("scans-not-taken", { count: app.conflicts.length })),
    groups.map((group) => h("details", { "data-order": group[0].order, open: app.unfolded.has(group[0].id), ontoggle: (/** @type {any} */ event) => { if (event.target.open) app.unfolded.add(group[0].id); else app.unfolded.delete(group[0].id); } },
      h("summary", {}, headline(group)),
      h("ul", {}, group.map((one) => h("li", {}, h("code", {}, one.text), h("span", {}, one.sentence)))))),
    button(say("understood"), "check", () => app.understood(), { "data-act": "understood" }));
}
