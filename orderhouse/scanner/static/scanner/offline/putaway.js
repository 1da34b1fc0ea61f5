// Putting away without a network: an item from the dock (or a tote to put back), to the bin the sheet names.
import { shown } from "../read.js";
import { lotFits, namesTote, oneUnit, toteLabel, unitsOf } from "./match.js";

/** @typedef {import("../read.js").Scan} Scan */
/** @typedef {import("./flows.js").Step} Step */
/** @typedef {{sku: string, name: string, lots: string[], quantity: number, source: string, putback: boolean, bin: string, barcodes: [string, number][], open: number}} Task */
/** @typedef {{tasks: Task[], at: string, i: number, source: string, put?: boolean}} Local */

/** @param {any} sheet @param {any} answer @returns {Local|null} */
export function begin(sheet, answer) {
  const tasks = sheet.tasks.map((/** @type {Task} */ task) => ({ ...task, open: task.quantity }));
  return align({ tasks, at: "item", i: -1, source: "" }, answer);
}

/** @param {Local} local @param {any} answer @returns {Local|null} */
export function align(local, answer) {
  const { data } = answer;
  if (!data.bin) return { ...local, at: answer.screen.endsWith(".ended") ? "ended" : "item", i: -1, source: data.source || "" };
  const fits = (/** @type {Task|undefined} */ task) => task && task.sku === data.sku && task.bin === data.bin && task.source === data.source;
  const i = fits(local.tasks[local.i]) ? local.i : local.tasks.findIndex((task) => fits(task) && task.open > 0);
  if (i < 0) return null;
  return { ...local, at: "bin", i, tasks: local.tasks.map((task, n) => (n === i ? { ...task, open: data.quantity } : task)) };
}

/** @param {Local} local @param {Scan} scan @param {number|null} quantity @returns {Step} */
export function step(local, scan, quantity) {
  if (local.at === "ended") return no("HAS_ENDED", {}, local);
  const task = local.tasks[local.i];
  if (scan.kind === "text" && scan.value.startsWith("!")) {
    if (scan.value === "!end") return yes("ENDED", {}, { ...local, at: "ended" });
    if (!["!skip", "!undo"].includes(scan.value) || (scan.value === "!undo" && local.put)) return null; // a put: only the server knows
    if (local.at === "bin") return yes("LEFT_THERE", { sku: task.sku }, { ...local, at: "item", i: -1 });
    return local.source ? yes("SCAN_AN_ITEM", {}, { ...local, source: "" }) : no("NOTHING_TO_UNDO", {}, local);
  }
  if (namesTote(scan)) {
    const tasks = local.tasks.filter((one) => one.putback && one.source === scan.value && one.open > 0).length;
    if (!tasks) return no("NOTHING_IN_TOTE", { tote: shown(scan) }, local);
    return yes("TOTE_TO_PUT_BACK", { tote: scan.value, tasks }, { ...local, at: "item", i: -1, source: scan.value, put: false });
  }
  if (local.at === "item") {
    const here = (/** @type {Task} */ one) => (local.source ? one.source === local.source : !one.putback);
    const i = local.tasks.findIndex((one) => one.open > 0 && here(one) && unitsOf(scan, one) && lotFits(scan, one.lots));
    if (i < 0) return no("NOTHING_TO_PUT_AWAY", { sku: shown(scan), where: local.source ? ["IN_TOTE", { tote: local.source }] : "" }, local);
    const found = local.tasks[i];
    return yes("TAKE_TO_BIN", { quantity: found.open, sku: found.sku, bin: found.bin }, { ...local, at: "bin", i, put: false });
  }
  if (scan.value !== task.bin) return no("EXPECTED_BIN", { expected: task.bin, scanned: shown(scan) }, local);
  const units = quantity ?? task.open;
  if (units > task.open) return no("TOO_MANY_TO_PUT", { left: task.open, sku: task.sku, quantity: units }, local);
  const left = task.open - units;
  const tasks = local.tasks.map((one, n) => (n === local.i ? { ...one, open: left } : one));
  if (left) return yes("PUT_SOME", { quantity: units, bin: task.bin, left, sku: task.sku, suggested: task.bin }, { ...local, tasks, put: true });
  return yes("PUT", { quantity: units, sku: task.sku, bin: task.bin }, { ...local, tasks, at: "item", i: -1, put: true });
}

/** @param {Local} local @returns {{screen: string, data: Record<string, any>}} */
export function look(local) {
  const task = local.at === "bin" ? local.tasks[local.i] : null;
  if (!task) return { screen: local.at, data: { source: local.source } };
  return { screen: "bin", data: { sku: task.sku, name: task.name, lot: task.lots.join(" "), quantity: task.open, bin: task.bin, source: task.source } };
}

/** @param {Local} local */
export function expect(local) {
  if (local.at === "bin") return { text: `L.${local.tasks[local.i].bin}`, quantity: null };
  const dock = local.tasks.find((task) => task.open > 0 && (local.source ? task.source === local.source : !task.putback));
  if (dock) return { text: oneUnit(dock), quantity: null };
  const back = local.tasks.find((task) => task.open > 0 && task.putback);
  return back ? { text: toteLabel(back.source), quantity: null } : null;
}

/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const yes = (say, facts, local) => ({ ok: true, say, facts, local });
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const no = (say, facts, local) => ({ ok: false, say, facts, local });
