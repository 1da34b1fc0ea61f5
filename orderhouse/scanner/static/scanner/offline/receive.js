// Receiving an announced receipt without a network: its items, with lot, serial and date where they need one.
import { shown } from "../read.js";
import { oneUnit, unitsOf } from "./match.js";

/** @typedef {import("../read.js").Scan} Scan */
/** @typedef {import("./flows.js").Step} Step */
/** @typedef {{line: number, sku: string, name: string, expected: number, came: number, lots: boolean, expires: boolean, serials: boolean, barcodes: [string, number][]}} Line */
/** @typedef {{receipt: string, lines: Line[], at: string, i: number, quantity: number, condition: string, lot: string, serial: string, expires: string}} Local */

/** @param {any} sheet @param {any} answer @returns {Local|null} */
export function begin(sheet, answer) {
  if (!sheet.receipt) return null;
  return align({ receipt: sheet.receipt, lines: sheet.lines, at: "item", i: -1, quantity: 0, condition: "good", lot: "", serial: "", expires: "" }, answer);
}

/** @param {Local} local @param {any} answer @returns {Local|null} */
export function align(local, answer) {
  const { data } = answer;
  const screen = answer.screen.split(".")[1];
  if (screen === "ended") return { ...local, at: "ended" };
  if (data.receipt !== local.receipt) return null;
  if (data.sku === undefined) return { ...local, ...nothing, at: "item", condition: data.condition };
  const i = local.lines.findIndex((line) => line.sku === data.sku);
  return i < 0 ? null : { ...local, at: screen, i, quantity: data.quantity, condition: data.condition };
}

/** @param {Local} local @param {Scan} scan @param {number|null} quantity @returns {Step} */
export function step(local, scan, quantity) {
  if (local.at === "ended") return no("HAS_ENDED", {}, local);
  if (scan.kind === "text" && scan.value.startsWith("!")) return command(local, scan.value);
  const text = scan.raw.trim();
  if (local.at === "lot") return entered({ ...local, lot: scan.lot || text }, scan);
  if (local.at === "serial") return entered({ ...local, serial: scan.serial || text }, scan);
  if (local.at === "expiry") {
    const day = scan.expires || (/^\d{6}$/.test(text) ? `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}` : text);
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day))) return no("BAD_EXPIRY", { scanned: shown(scan) }, local);
    return entered({ ...local, expires: day }, scan);
  }
  const mine = local.lines.filter((line) => unitsOf(scan, line));
  const line = mine.find((one) => one.came < one.expected) || mine.at(-1);
  if (!line) return no("NO_ITEM_HAS_IT", { scanned: shown(scan) }, local);
  const units = quantity || unitsOf(scan, line);
  if (line.serials && units !== 1) return no("ONE_SERIAL", { sku: line.sku }, local);
  return entered({ ...local, i: local.lines.indexOf(line), quantity: units, lot: scan.lot || "", serial: scan.serial || "", expires: scan.expires || "" }, scan);
}

/** @param {Local} local @returns {{screen: string, data: Record<string, any>}} */
export function look(local) {
  if (local.at === "ended" || local.at === "receipt") return { screen: local.at, data: {} };
  /** @type {Record<string, any>} */
  const data = { receipt: local.receipt, condition: local.condition };
  const line = local.lines[local.i];
  if (line) {
    const its = local.lines.filter((one) => one.sku === line.sku);
    Object.assign(data, { sku: line.sku, name: line.name, quantity: local.quantity });
    Object.assign(data, { expected: its.reduce((sum, one) => sum + one.expected, 0), came: its.reduce((sum, one) => sum + one.came, 0) });
  }
  return { screen: local.at, data };
}

/** @param {Local} local */
export function expect(local) {
  const line = local.lines[local.i];
  if (local.at === "lot") return { text: `${local.receipt}-${line.line}`.slice(-20), quantity: null };
  if (local.at === "serial") return { text: `${local.receipt}-${line.line}-${line.came + 1}`.slice(-20), quantity: null };
  if (local.at === "expiry") return { text: new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10), quantity: null };
  if (local.at !== "item") return null;
  const next = local.lines.find((one) => one.came < one.expected);
  if (!next) return { text: "!close", quantity: null };
  return { text: oneUnit(next), quantity: next.serials ? null : next.expected - next.came };
}

/** Ask for what the item still lacks, or take it in. @param {Local} local @param {Scan} scan @returns {Step} */
function entered(local, scan) {
  const line = local.lines[local.i];
  if (line.lots && !local.lot) return yes("ASK_LOT", { sku: line.sku }, { ...local, at: "lot" });
  if (line.lots && !/^[!-~]{1,20}$/.test(local.lot)) return no("BAD_LOT", { scanned: shown(scan) }, { ...local, lot: "", at: "lot" });
  if (line.serials && !local.serial) return yes("ASK_SERIAL", { sku: line.sku }, { ...local, at: "serial" });
  if (line.expires && !local.expires) return yes("ASK_EXPIRY", { lot: local.lot, sku: line.sku }, { ...local, at: "expiry" });
  const lines = local.lines.map((one, n) => (n === local.i ? { ...one, came: one.came + local.quantity } : one));
  return yes("RECEIVED", { quantity: local.quantity, sku: line.sku, condition: local.condition }, { ...local, ...nothing, lines, at: "item", condition: "good" });
}

/** @param {Local} local @param {string} name @returns {Step} */
function command(local, name) {
  if (name === "!end") return yes("ENDED", {}, { ...local, at: "ended" });
  if (name === "!undo" && (local.at !== "item" || local.condition !== "good")) return yes("UNDONE", {}, { ...local, ...nothing, at: "item", condition: "good" });
  if (local.at !== "item") return null;
  if (name === "!damaged") {
    const damaged = local.condition === "good";
    return yes(damaged ? "NEXT_IS_DAMAGED" : "NEXT_IS_GOOD", {}, { ...local, condition: damaged ? "damaged" : "good" });
  }
  return null;
}

const nothing = { i: -1, quantity: 0, lot: "", serial: "", expires: "" };
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const yes = (say, facts, local) => ({ ok: true, say, facts, local });
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const no = (say, facts, local) => ({ ok: false, say, facts, local });
