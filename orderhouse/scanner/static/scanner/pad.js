// Our own numeric pad: large keys, no keyboard of the system over the work.
import { h, icon } from "./draw.js";
import { say } from "./say.js";

/**
 * @typedef {object} Pad
 * @property {string} title
 * @property {string} value  digits so far
 * @property {string} [start]  what stands there until a digit is pressed
 * @property {string} [unit]
 * @property {boolean} [secret]
 * @property {boolean} [date]
 * @property {boolean} [inline]  belongs to the step, nothing to close
 * @property {number} most  digits
 * @property {(digits: string) => string} label  of the button that sends
 * @property {(digits: string) => boolean} [may]
 * @property {(digits: string) => void} done
 * @property {() => void} [close]
 */

/** @param {Pad} pad @param {() => void} redraw @returns {HTMLElement} */
export function drawPad(pad, redraw) {
  const digits = pad.value || pad.start || "";
  const press = (/** @type {string} */ key) => () => {
    if (key === "back") pad.value = (pad.value || pad.start || "").slice(0, -1), pad.start = "";
    else if (pad.value.length < pad.most) pad.value = pad.value === "0" ? key : pad.value + key;
    redraw();
  };
  const key = (/** @type {string} */ name) => h("button.key", { type: "button", onclick: press(name), "data-key": name, "aria-label": name === "back" ? say("delete") : name }, name === "back" ? icon("backspace") : name);
  const may = digits !== "" && (pad.may?.(digits) ?? true);
  const shown = pad.secret ? "•".repeat(pad.value.length) : pad.date ? asDate(digits) : digits;
  return h("section.pad", { "aria-label": pad.title },
    h("header", {}, h("span", {}, pad.title), h("output", { class: pad.value ? "" : "start" }, shown || "–", pad.unit ? h("small", {}, ` ${pad.unit}`) : null),
      pad.close ? h("button.key.close", { type: "button", "aria-label": say("close"), onclick: pad.close }, icon("x")) : null),
    h("div.keys", {}, ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key), key("back"), key("0"),
      h("button.key.go", { type: "button", disabled: !may, "data-key": "go", "aria-label": pad.label(digits), onclick: () => pad.done(digits) }, icon("check"))),
    h("button.btn.go", { type: "button", disabled: !may, "data-pad": "go", onclick: () => pad.done(digits) }, pad.label(digits)));
}

/** Six digits as a day: `27-03-31`. @param {string} digits */
const asDate = (digits) => [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)].filter(Boolean).join("-");
