// Code 128 (ISO/IEC 15417), set B, drawn so that another scanner can read it off the screen.
import { h } from "./draw.js";

/** Widths of bars and spaces for each value; 104 begins set B, 106 ends. */
const WIDTHS = (
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 " +
  "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 " +
  "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 " +
  "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 " +
  "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 " +
  "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 " +
  "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split(" ");

/** Module widths, bar first. @param {string} text printable ASCII @returns {number[]|null} */
export function code128(text) {
  if (!/^[ -~]{1,48}$/.test(text)) return null;
  const values = [104, ...[...text].map((letter) => letter.charCodeAt(0) - 32)];
  const sum = values.reduce((total, value, at) => total + value * Math.max(at, 1), 0);
  return [...values, sum % 103, 106].flatMap((value) => [...WIDTHS[value]].map(Number));
}

/** The symbol with its quiet zones. @param {string} text @param {string} label @returns {SVGElement|null} */
export function barcode(text, label) {
  const widths = code128(text);
  if (!widths) return null;
  let x = 10;
  let path = "";
  widths.forEach((width, at) => {
    if (at % 2 === 0) path += `M${x} 4h${width}v40h-${width}z`;
    x += width;
  });
  const wide = x + 10;
  return h("svg:svg.barcode", { viewBox: `0 0 ${wide} 48`, preserveAspectRatio: "none", role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    h("svg:rect", { width: wide, height: 48, fill: "#fff" }), h("svg:path", { d: path, fill: "#000" }));
}
