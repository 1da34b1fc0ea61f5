// Elements, made by name. Text is text: nothing that was scanned is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node|string|number|null|undefined|false} Child */

/**
 * @param {string} tag `button`, `p.mute`, `svg:rect`
 * @param {Record<string, any>} [props] attributes; `onclick` and such are listeners; false and null leave out
 * @param {...(Child|Child[])} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name || "div");
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.setAttribute("class", [...classes, value].join(" ").trim());
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** @param {string} name one of Tabler's @param {string} [more] classes */
export function icon(name, more = "") {
  const use = h("svg:use", { href: `${document.body.dataset.icons}#${name}` });
  return h("svg:svg.icon", { class: more, viewBox: "0 0 24 24", "aria-hidden": "true" }, use);
}

/** @param {string} title @param {string} name the icon's @param {() => void} onclick @param {Record<string, any>} [more] */
export const button = (title, name, onclick, more = {}) => h("button.btn", { type: "button", onclick, ...more }, name && icon(name), h("span", {}, title));
