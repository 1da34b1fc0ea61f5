// Counting without a network: bin, item, how many.
import { shown } from "../read.js";
import { oneUnit, unitsOf } from "./match.js";

/** @typedef {import("../read.js").Scan} Scan */
/** @typedef {import("./flows.js").Step} Step */
/** @typedef {{bin: string, sku: string, name: string, barcodes: [string, number][], done: boolean}} Task */
/** @typedef {{tasks: Task[], at: string, i: number, bin: string, counted: number}} Local */

/** @param {any} sheet @param {any} answer @returns {Local|null} */
export function begin(sheet, answer) {
  return align({ tasks: sheet.tasks.map((/** @type {Task} */ task) => ({ ...task, done: false })), at: "bin", i: -1, bin: "", counted: 0 }, answer);
}

/** @param {Local} local @param {any} answer @returns {Local|null} */
export function align(local, answer) {
  const { data } = answer;
  const screen = answer.screen.split(".")[1];
  if (!data.bin) return { ...local, at: screen === "ended" ? "ended" : "bin", i: -1, bin: "", counted: 0 };
  if (data.sku === undefined) return { ...local, at: "item", bin: data.bin, i: -1, counted: 0 };
  const i = local.tasks.findIndex((task) => task.bin === data.bin && task.sku === data.sku);
  return i < 0 ? null : { ...local, at: "count", bin: data.bin, i, counted: data.counted };
}

/** @param {Local} local @param {Scan} scan @param {number|null} quantity @returns {Step} */
export function step(local, scan, quantity) {
  if (local.at === "ended") return no("HAS_ENDED", {}, local);
  const task = local.tasks[local.i];
  const open = local.tasks.filter((one) => one.bin === local.bin && !one.done);
  if (scan.kind === "text" && scan.value.startsWith("!")) {
    if (scan.value === "!end") return yes("ENDED", {}, { ...local, at: "ended" });
    if (scan.value === "!undo" && local.at !== "count") return null; // the last count: only the server knows whether it may
    if (local.at === "bin") return no("SCAN_A_BIN", {}, local);
    if (scan.value === "!done" && local.at === "count") return noted(local, quantity ?? local.counted);
    if (scan.value === "!undo" && local.at === "count") return yes("UNDONE", {}, { ...local, at: "item", i: -1, counted: 0 });
    if (local.at === "count") return no("COUNT_IN_HAND", { sku: task.sku }, local);
    if (scan.value === "!skip") return yes("SCAN_A_BIN", {}, { ...local, at: "bin", bin: "" });
    if (scan.value !== "!empty") return null;
    const tasks = local.tasks.map((one) => (one.bin === local.bin ? { ...one, done: true } : one));
    return yes("BIN_EMPTY_NOTED", { bin: local.bin }, { ...local, tasks, at: "bin", bin: "" });
  }
  if (local.at === "bin" || scan.kind === "location") {
    if (local.at === "count") return no("COUNT_IN_HAND", { sku: task.sku }, local);
    if (!local.tasks.some((one) => one.bin === scan.value && !one.done)) return null; // a bin nobody asked to count
    return yes("COUNT_THE_BIN", { bin: scan.value }, { ...local, at: "item", bin: scan.value, i: -1 });
  }
  if (!open.length) return null;
  const found = open.find((one) => unitsOf(scan, one));
  if (!found) return no("NOT_TO_COUNT", { sku: shown(scan), bin: local.bin }, local);
  if (local.at === "count" && found !== task) return no("COUNT_IN_HAND", { sku: task.sku }, local);
  const here = { ...local, at: "count", i: local.tasks.indexOf(found) };
  if (quantity !== null) return noted(here, quantity);
  const counted = (local.at === "count" ? local.counted : 0) + unitsOf(scan, found);
  return yes("COUNTING", { counted, sku: found.sku }, { ...here, counted });
}

/** @param {Local} local @returns {{screen: string, data: Record<string, any>}} */
export function look(local) {
  if (local.at === "bin" || local.at === "ended") return { screen: local.at, data: {} };
  const items = local.tasks.filter((one) => one.bin === local.bin && !one.done).length;
  if (local.at === "item") return { screen: "item", data: { bin: local.bin, items } };
  return { screen: "count", data: { bin: local.bin, items, sku: local.tasks[local.i].sku, counted: local.counted } };
}

/** @param {Local} local */
export function expect(local) {
  const next = local.tasks.find((task) => !task.done && (!local.bin || task.bin === local.bin));
  if (!next || local.at === "ended") return null;
  if (local.at === "bin") return { text: `L.${next.bin}`, quantity: null };
  return { text: oneUnit(local.at === "count" ? local.tasks[local.i] : next), quantity: null };
}

/** @param {Local} local @param {number} counted @returns {Step} */
function noted(local, counted) {
  const task = local.tasks[local.i];
  const tasks = local.tasks.map((one, n) => (n === local.i ? { ...one, done: true } : one));
  const more = tasks.some((one) => one.bin === task.bin && !one.done);
  const next = more ? ["NEXT_IN_BIN", { bin: task.bin }] : ["SCAN_A_BIN", {}];
  const following = more ? { ...local, tasks, at: "item", i: -1, counted: 0 } : { ...local, tasks, at: "bin", bin: "", i: -1, counted: 0 };
  return yes("COUNT_NOTED", { counted, sku: task.sku, next }, following);
}

/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const yes = (say, facts, local) => ({ ok: true, say, facts, local });
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const no = (say, facts, local) => ({ ok: false, say, facts, local });
