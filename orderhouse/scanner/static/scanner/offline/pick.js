// A tour, walked on without a network: the happy path of the server's own pick flow over the sheet it gave along.
import { shown } from "../read.js";
import { called, lotFits, namesTote, oneUnit, toteLabel, unitsOf } from "./match.js";

/** @typedef {import("../read.js").Scan} Scan */
/** @typedef {import("./flows.js").Step} Step */
/** @typedef {{bin: string, sku: string, name: string, lot: string, quantity: number, order: string, slot: number, tote: string, meters: number, barcodes: [string, number][], open: number}} Task */
/** @typedef {{tour: string, tasks: Task[], totes: Record<string, string>, at: string, i: number, left: number, counted: number, short: boolean, full: boolean, stop: number, stops: number, back?: Record<string, any>}} Local */

/** @param {any} sheet @param {any} answer @returns {Local|null} */
export function begin(sheet, answer) {
  const tasks = sheet.tasks.map((/** @type {Task} */ task) => ({ ...task, open: task.quantity }));
  const totes = Object.fromEntries(tasks.filter((/** @type {Task} */ task) => task.tote).map((/** @type {Task} */ task) => [task.order, task.tote]));
  return align({ tour: sheet.tour, tasks, totes, at: "bin", i: -1, left: 0, counted: 0, short: false, full: false, stop: 0, stops: 0 }, answer);
}

/** Stand where the server says; null where its task is not on the sheet. @param {Local} local @param {any} answer @returns {Local|null} */
export function align(local, answer) {
  const { data } = answer;
  const screen = answer.screen.split(".")[1];
  if (!data.bin) return { ...local, at: screen === "ended" ? "ended" : "done", i: -1, counted: 0, short: false, full: false, stop: data.stop ?? local.stop, stops: data.stops ?? local.stops };
  if (screen === "back") return { ...local, at: "back", i: -1, left: data.counted ?? 0, counted: 0, short: false, full: false, back: data };
  const fits = (/** @type {Task|undefined} */ task) => task && task.bin === data.bin && task.sku === data.sku && task.order === data.order;
  const same = fits(local.tasks[local.i]);
  const i = same ? local.i : local.tasks.findIndex((task) => fits(task) && task.open > 0);
  if (i < 0) return null;
  const here = local.at !== "bin" && local.tasks[local.i]?.bin === data.bin;
  const at = ["bin", "item", "tote"].includes(screen) ? screen : data.counted && data.counted >= data.quantity ? "tote" : here ? "item" : "bin";
  const totes = data.tote ? { ...local.totes, [data.order]: data.tote } : local.totes;
  const short = Boolean(same && local.short);
  const tasks = short ? local.tasks : local.tasks.map((task, n) => (n === i ? { ...task, open: Math.max(data.quantity, 1) } : task));
  return { ...local, tasks, totes, i, at, left: data.quantity, counted: data.counted, short, full: Boolean(same && local.full), stop: data.stop, stops: data.stops };
}

/** @param {Local} local @param {Scan} scan @param {number|null} quantity @returns {Step} */
export function step(local, scan, quantity) {
  if (local.at === "ended") return no("HAS_ENDED", {}, local);
  if (scan.kind === "text" && scan.value.startsWith("!")) return command(local, scan.value, quantity);
  if (local.at === "back") return null; // goods of a cancelled order are in hand: the server says where they go
  const task = local.tasks[local.i];
  if (local.at === "done" || !task) return no("TOUR_DONE", {}, local);
  if (local.at === "bin") {
    if (scan.value !== task.bin || !["location", "text"].includes(scan.kind)) return no("EXPECTED_BIN", { expected: task.bin, scanned: shown(scan) }, local);
    return yes("AT_BIN", { bin: task.bin, quantity: local.left, sku: task.sku }, { ...local, at: "item" });
  }
  if (namesTote(scan) || (local.at === "tote" && !unitsOf(scan, task) && scan.kind === "text")) return tote(local, scan, task);
  if (scan.kind === "location" && local.at === "tote") return no("EXPECTED_TOTE", { scanned: shown(scan) }, local);
  if (scan.kind === "location") {
    if (scan.value === task.bin) return yes("AT_BIN", { bin: task.bin, quantity: local.left, sku: task.sku }, local);
    return no("EXPECTED_BIN", { expected: task.bin, scanned: shown(scan) }, local);
  }
  const units = unitsOf(scan, task);
  if (!units) return no("EXPECTED_ITEM", { expected: called(task), scanned: shown(scan) }, local);
  if (!lotFits(scan, task.lot ? [task.lot] : [])) return no("EXPECTED_LOT", { expected: task.lot, sku: task.sku, scanned: scan.serial || scan.lot }, local);
  const counted = local.counted + (quantity || units);
  if (counted > local.left) return no("TOO_MANY_TO_PICK", { quantity: local.left, sku: task.sku, counted }, local);
  if (counted < local.left) return yes("COUNTED", { counted, quantity: local.left, sku: task.sku }, { ...local, counted });
  return yes("ALL_COUNTED", { quantity: local.left, sku: task.sku, order: task.order }, { ...local, at: "tote", counted });
}

/** @param {Local} local @returns {{screen: string, data: Record<string, any>}} */
export function look(local) {
  const task = local.tasks[local.i];
  if (local.at === "back") return { screen: "back", data: local.back ?? {} };
  if (!task || local.at === "done" || local.at === "ended") return { screen: local.at, data: { tour: local.tour, stop: local.stops, stops: local.stops, meters: 0 } };
  const data = {
    bin: task.bin, sku: task.sku, name: task.name, lot: task.lot, quantity: local.left, counted: local.counted, order: task.order,
    tote: local.totes[task.order] || "", stop: local.stop, stops: local.stops, meters: task.meters,
  };
  return { screen: local.at, data };
}

/** What is to be scanned now. @param {Local} local @param {string[]} freeTotes */
export function expect(local, freeTotes) {
  const task = local.tasks[local.i];
  if (local.at === "back") return { text: `L.${local.back?.bin}`, quantity: null };
  if (!task) return null;
  if (local.at === "bin") return { text: `L.${task.bin}`, quantity: null };
  if (local.at === "item") return { text: oneUnit(task), quantity: local.left - local.counted };
  if (local.at !== "tote") return null;
  const used = Object.values(local.totes);
  const code = (!local.full && local.totes[task.order]) || freeTotes.find((free) => !used.includes(free));
  return code ? { text: toteLabel(code), quantity: null } : null;
}

/** @param {Local} local @param {Scan} scan @param {Task} task @returns {Step} */
function tote(local, scan, task) {
  if (!local.counted) return no("SCAN_THE_ITEM_FIRST", { sku: task.sku }, local);
  const own = local.totes[task.order];
  const others = Object.entries(local.totes).some(([order, code]) => order !== task.order && code === scan.value);
  if (others) return no("OTHER_ORDERS_TOTE", { scanned: shown(scan), expected: own || ["A_FREE_TOTE", {}] }, local);
  if (own && own !== scan.value && !local.full) return no("ORDER_HAS_ITS_TOTE", { order: task.order, expected: own }, local);
  const totes = { ...local.totes, [task.order]: scan.value };
  const left = local.short ? 0 : task.open - local.counted;
  const tasks = local.tasks.map((one, n) => (n === local.i ? { ...one, open: left } : one));
  if (left > 0) {
    return yes("PUT_PART", { counted: local.counted, tote: scan.value, quantity: left, sku: task.sku }, { ...local, tasks, totes, at: "item", left, counted: 0, full: false });
  }
  const next = onward({ ...local, tasks, totes }, task.bin);
  const then = next.tasks[next.i];
  if (!then) return yes("TOUR_DONE", {}, next);
  if (next.at === "item") return yes("PICKED_SAME_BIN", { quantity: next.left, sku: then.sku }, next);
  return yes("PICKED", { bin: then.bin }, next);
}

/** On to the next open task, those left behind last. @param {Local} local @param {string} here @returns {Local} */
function onward(local, here) {
  const n = local.tasks.length;
  for (let ahead = 1; ahead < n; ahead++) {
    const i = (local.i + ahead) % n;
    const task = local.tasks[i];
    if (task.open > 0) {
      const stop = Math.max(1, Math.min(local.stops, local.stop + (i - local.i)));
      return { ...local, i, at: task.bin === here ? "item" : "bin", left: task.open, counted: 0, short: false, full: false, stop };
    }
  }
  const task = local.tasks[local.i];
  if (task?.open > 0) return { ...local, at: "bin", left: task.open, counted: 0, short: false, full: false };
  return { ...local, at: "done", i: -1, left: 0, counted: 0, short: false, full: false, stop: local.stops };
}

/** @param {Local} local @param {string} name @param {number|null} quantity @returns {Step} */
function command(local, name, quantity) {
  const task = local.tasks[local.i];
  if (name === "!end") {
    if (local.counted && task) return no("IN_HAND_FIRST", { counted: local.counted, sku: task.sku, bin: task.bin }, local);
    return yes("ENDED", {}, { ...local, at: "ended" });
  }
  if (!task) return no("TOUR_DONE", {}, local);
  if (name === "!undo") {
    if (local.at === "bin" || !(local.counted || local.short || local.full)) return null;
    return yes("UNDONE", {}, { ...local, at: "item", left: task.open, counted: 0, short: false, full: false });
  }
  if (name === "!skip") {
    if (local.counted) return no("IN_HAND_FIRST", { counted: local.counted, sku: task.sku, bin: task.bin }, local);
    const next = onward(local, local.at === "bin" ? "" : task.bin);
    return next.i === local.i ? no("NOTHING_ELSE", {}, local) : yes("SKIPPED", { bin: next.tasks[next.i].bin }, next);
  }
  if (name === "!full") {
    if (!local.totes[task.order]) return no("NO_TOTE_YET", { order: task.order }, local);
    return yes("TOTE_IS_FULL", { order: task.order }, { ...local, full: true });
  }
  if (name !== "!short" && name !== "!damaged") return null;
  if (local.at === "bin") return no("SCAN_THE_BIN_FIRST", { bin: task.bin }, local);
  const found = quantity ?? local.counted;
  if (found >= task.open) return no("SHORT_FOUND_ALL", { quantity: task.open }, local);
  if (found) return yes("SHORT_SCAN_TOTE", { quantity: found, order: task.order }, { ...local, at: "tote", left: found, counted: found, short: true });
  const tasks = local.tasks.map((one, n) => (n === local.i ? { ...one, open: 0 } : one));
  const next = onward({ ...local, tasks }, task.bin);
  const then = next.tasks[next.i];
  const go = !then ? ["TOUR_DONE", {}] : next.at === "item" ? ["AT_BIN", { bin: then.bin, quantity: next.left, sku: then.sku }] : ["GO_TO_BIN", { bin: then.bin }];
  return yes(name === "!short" ? "SHORT_NOTED" : "DAMAGED_NOTED", { next: go }, next);
}

/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const yes = (say, facts, local) => ({ ok: true, say, facts: { ...look(local).data, ...facts }, local });
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const no = (say, facts, local) => ({ ok: false, say, facts: { ...look(local).data, ...facts }, local });
