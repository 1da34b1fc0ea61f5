// Packing without a network: a tote of the sheet, every unit of its order, the weight.
import { say } from "../say.js";
import { shown } from "../read.js";
import { namesTote, oneUnit, toteLabel, unitsOf } from "./match.js";

/** @typedef {import("../read.js").Scan} Scan */
/** @typedef {import("./flows.js").Step} Step */
/** @typedef {{sku: string, name: string, quantity: number, tote: string, barcodes: [string, number][], checked: number}} Unit */
/** @typedef {{order: string, totes: string[], grams: number, units: Unit[], done: boolean}} Order */
/** @typedef {{orders: Order[], at: string, i: number, tote: string}} Local */

/** What a carton and its filling weigh, for a scale that is not there. */
const TARE_GRAMS = 120;

/** @param {any} sheet @param {any} answer @returns {Local|null} */
export function begin(sheet, answer) {
  const orders = sheet.orders.map((/** @type {Order} */ order) => ({ ...order, done: false, units: order.units.map((unit) => ({ ...unit, checked: 0 })) }));
  const local = align({ orders, at: "tote", i: -1, tote: "" }, answer);
  return local && local.at === "unit" && answer.data.checked ? null : local; // which units were checked, only the server knows
}

/** @param {Local} local @param {any} answer @returns {Local|null} */
export function align(local, answer) {
  const { data } = answer;
  const screen = answer.screen.split(".")[1];
  if (!data.order) return { ...local, at: screen === "ended" ? "ended" : "tote", i: -1, tote: "" };
  const i = local.orders.findIndex((order) => order.order === data.order);
  if (i < 0) return null;
  let following = { ...local, i, at: data.grams === undefined ? "unit" : "close", tote: data.tote };
  if (data.checked === 0) following = mapUnits(following, () => 0);
  return done(following) === data.checked ? following : null;
}

/** @param {Local} local @param {Scan} scan @param {number|null} quantity @returns {Step} */
export function step(local, scan, quantity) {
  if (local.at === "ended") return no("HAS_ENDED", {}, local);
  const order = local.orders[local.i];
  if (scan.kind === "text" && scan.value.startsWith("!")) return command(local, scan.value, order);
  const carrier = local.orders.findIndex((one) => !one.done && one.totes.includes(scan.value));
  if (namesTote(scan) || (!order && carrier >= 0)) {
    if (order) {
      if (carrier === local.i) return yes("ALSO_ITS_TOTE", { tote: scan.value, order: order.order }, local);
      return no(local.at === "close" ? "CLOSE_FIRST" : "FINISH_FIRST", { order: order.order, missing: missing(order) }, local);
    }
    if (carrier < 0) return no("TOTE_IS_EMPTY", { tote: shown(scan) }, local);
    const found = mapUnits({ ...local, i: carrier, at: "unit", tote: scan.value }, () => 0);
    const units = sum(found.orders[carrier], "quantity");
    return yes("PACK_ORDER", { order: found.orders[carrier].order, units: say("units", { count: units }) }, found);
  }
  if (!order) return no("SCAN_A_TOTE_FIRST", {}, local);
  const mine = order.units.filter((unit) => unitsOf(scan, unit));
  if (!mine.length) return no("WRONG_ITEM_TO_PACK", { order: order.order, sku: shown(scan) }, local);
  const wanted = mine.reduce((total, unit) => total + unit.quantity, 0);
  let left = quantity || unitsOf(scan, mine[0]);
  const checked = mine.reduce((total, unit) => total + unit.checked, 0) + left;
  if (checked > wanted) return no("TOO_MANY_TO_PACK", { order: order.order, quantity: wanted, sku: mine[0].sku, checked }, local);
  const following = mapUnits(local, (unit) => {
    if (!mine.includes(unit)) return unit.checked;
    const room = Math.min(left, unit.quantity - unit.checked);
    left -= room;
    return unit.checked + room;
  });
  if (done(following) < sum(order, "quantity")) return yes("CHECKED", { checked, quantity: wanted, sku: mine[0].sku }, following);
  return yes("ALL_CHECKED", { order: order.order, grams: order.grams }, { ...following, at: "close" });
}

/** @param {Local} local @returns {{screen: string, data: Record<string, any>}} */
export function look(local) {
  const order = local.orders[local.i];
  if (!order || local.at === "tote" || local.at === "ended") return { screen: local.at, data: {} };
  const data = { order: order.order, tote: local.tote, checked: done(local), units: sum(order, "quantity") };
  return { screen: local.at, data: local.at === "close" ? { ...data, grams: order.grams } : data };
}

/** @param {Local} local */
export function expect(local) {
  const order = local.orders[local.i];
  if (local.at === "close") return { text: "!close", quantity: order.grams + TARE_GRAMS };
  if (local.at === "unit") {
    const unit = order.units.find((one) => one.checked < one.quantity);
    return unit ? { text: oneUnit(unit), quantity: unit.quantity - unit.checked } : null;
  }
  const next = local.orders.find((one) => !one.done);
  return next && local.at === "tote" ? { text: toteLabel(next.totes[0]), quantity: null } : null;
}

/** The units of the order at the bench with what is checked of each. @param {Local} local */
export const contents = (local) => local.orders[local.i]?.units ?? [];

/** @param {Local} local @param {string} name @param {Order|undefined} order @returns {Step} */
function command(local, name, order) {
  if (name === "!end") return yes("ENDED", {}, { ...local, at: "ended" });
  if (!order) return no("SCAN_A_TOTE_FIRST", {}, local);
  if (name === "!skip") return yes("SET_ASIDE", { order: order.order }, { ...local, at: "tote", i: -1, tote: "" });
  if (name === "!undo") return yes("UNDONE", {}, { ...mapUnits(local, () => 0), at: "unit" });
  if (name !== "!close") return null;
  if (local.at !== "close") return no("CANNOT_CLOSE", { order: order.order, missing: missing(order) }, local);
  const orders = local.orders.map((one, n) => (n === local.i ? { ...one, done: true } : one));
  return yes("PARCEL_CLOSED", { order: order.order }, { ...local, orders, at: "tote", i: -1, tote: "" });
}

/** @param {Local} local @param {(unit: Unit) => number} checked @returns {Local} */
function mapUnits(local, checked) {
  const orders = local.orders.map((order, n) => (n === local.i ? { ...order, units: order.units.map((unit) => ({ ...unit, checked: checked(unit) })) } : order));
  return { ...local, orders };
}

/** @param {Local} local */
const done = (local) => sum(local.orders[local.i], "checked");
/** @param {Order} order @param {"quantity"|"checked"} name */
const sum = (order, name) => order.units.reduce((total, unit) => total + unit[name], 0);
/** @param {Order} order */
const missing = (order) => order.units.filter((unit) => unit.checked < unit.quantity).map((unit) => `${unit.quantity - unit.checked} × ${unit.sku}`).slice(0, 5).join(", ");
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const yes = (say, facts, local) => ({ ok: true, say, facts, local });
/** @param {string} say @param {Record<string, any>} facts @param {Local} local @returns {Step} */
const no = (say, facts, local) => ({ ok: false, say, facts, local });
