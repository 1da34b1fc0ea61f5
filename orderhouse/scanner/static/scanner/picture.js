// The thing to look for, as it looks: a bin's sign, an item's barcode, a tote, the cart.
import { h, icon } from "./draw.js";
import { say } from "./say.js";
import { oneUnit, toteLabel } from "./offline/match.js";
import { barcode } from "./symbols.js";

/** @typedef {import("./offline/flows.js").Work} Work */

/** What to scan now, pictured; null where the step shows nothing in particular. @param {Work} work @returns {HTMLElement|null} */
export function picture(work) {
  const { screen, data } = work.answer;
  const step = screen.split(".")[1];
  if (step === "bin" && data.bin) return binSign(data.bin);
  if (step === "back" && data.bin) return binSign(data.bin);
  if (step === "item" && data.sku) return itemLabel(work);
  if (screen === "count.item") return binSign(data.bin);
  if (step === "tote" && work.flow === "pick") return (work.sheet?.orders ?? 1) > 1 ? null : toteFront(data.tote);
  if (step === "count" || step === "lot" || step === "serial") return data.sku ? itemLabel(work) : null;
  if (step === "receipt") return paper("receipt");
  if (step === "tote") return work.sheet?.orders?.length ? null : toteFront("", say("any-tote"));
  return null;
}

/** The cart as its totes; the one to drop into lights up. @param {Work} work @returns {HTMLElement|null} */
export function cart(work) {
  const orders = work.sheet?.orders;
  if (work.flow !== "pick" || typeof orders !== "number" || orders < 2 || orders > 24) return null;
  const { data, screen } = work.answer;
  const task = work.sheet.tasks.find((/** @type {any} */ one) => one.order === data.order);
  const labels = new Map();
  for (const one of work.sheet.tasks) {
    const code = work.local?.totes?.[one.order] ?? (one.order === data.order ? data.tote : "") ?? "";
    labels.set(one.slot, code || labels.get(one.slot) || "");
  }
  const dropping = screen === "pick.tote";
  if (screen === "pick.done") return null;
  const slots = Array.from({ length: orders }, (_, n) => n + 1);
  return h("ol.cart", { class: dropping ? "" : "strip", "aria-label": say("cart"), "data-slots": orders }, slots.map((slot) => {
    const mine = task?.slot === slot;
    const code = labels.get(slot) ?? "";
    return h("li.slot", { class: mine ? (dropping ? "lit" : "next") : code ? "" : "empty", "aria-current": mine && dropping ? "true" : null },
      h("b", {}, slot), dropping ? h("code", {}, code ? short(code) : mine ? say("free-tote") : "·") : null);
  }));
}

/** @param {string} code the last part of a long label is what differs */
const short = (code) => (code.length > 8 ? `…${code.slice(-6)}` : code);

/** @param {string} bin */
function binSign(bin) {
  return h("figure.sign", { "data-picture": "bin" }, h("b.sign-code", { class: bin.length > 10 ? "long" : "" }, bin), barcode(`L.${bin}`, say("barcode-of-bin", { code: bin })));
}

/** @param {Work} work */
function itemLabel(work) {
  const { data } = work.answer;
  const tasks = work.sheet?.tasks ?? work.sheet?.lines ?? [];
  const item = tasks.find((/** @type {any} */ one) => one.sku === data.sku);
  const code = item ? oneUnit(item) : data.sku;
  const name = data.name || item?.name || data.sku;
  const told = work.answer.drawn.detail.includes(name);
  return h("figure.label", { "data-picture": "item" },
    told ? null : h("figcaption", {}, h("b", {}, name)), data.lot ? h("figcaption", {}, say("lot", { lot: data.lot })) : null,
    barcode(code, say("barcode-of-item", { code: data.sku })), h("code", {}, code));
}

/** @param {string} tote @param {string} [any] what stands on one that is not known */
function toteFront(tote, any = say("free-tote")) {
  return h("figure.tote", { "data-picture": "tote" },
    h("svg:svg.tote-shape", { viewBox: "0 0 220 96", "aria-hidden": "true" },
      h("svg:path", { class: "crate", d: "M14 12h192l-14 76a6 6 0 0 1-6 5H34a6 6 0 0 1-6-5z" }), h("svg:path", { class: "rim", d: "M6 6h208v12H6z" }),
      h("svg:rect", { class: "tag", x: 50, y: 30, width: 120, height: 46, rx: 4 })),
    h("b.tote-code", {}, tote || any), tote ? h("div.tote-bars", {}, barcode(toteLabel(tote), say("barcode-of-tote", { code: tote }))) : null);
}

/** @param {string} name */
const paper = (name) => h("figure.paper", {}, icon(name));
