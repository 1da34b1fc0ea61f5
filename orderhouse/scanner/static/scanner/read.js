// What was scanned, read as far as a scanner needs it to go on alone. The server reads every scan again, and its word counts.

/**
 * @typedef {object} Scan
 * @property {"location"|"tote"|"badge"|"cart"|"gtin"|"sscc"|"text"} kind
 * @property {string} value  the code without our prefix, the GTIN as 14 digits, the SSCC as 18, or the text itself
 * @property {string} [gtin]
 * @property {string} [lot]
 * @property {string} [serial]
 * @property {string} [expires]  year-month-day
 * @property {number} [count]  trade items (AI 30, 37)
 * @property {string} raw
 */

/** @type {Record<string, Scan["kind"]>} */
const OURS = { L: "location", T: "tote", B: "badge", C: "cart" };
const GS = "\u001d";
/** Fixed lengths of GS1 values we read, by identifier. */
const FIXED = { "00": 18, "01": 14, "02": 14, "11": 6, "13": 6, "15": 6, "17": 6 };
const OPEN = ["10", "21", "30", "37"];

/** @param {string} raw @returns {Scan} */
export function read(raw) {
  let body = raw.replace(/^[ \t\r\n\0\x02\x03\x04]+|[ \t\r\n\0\x02\x03\x04]+$/g, "");
  const aim = /^\]([A-Za-z][0-9A-Za-z])/.exec(body);
  if (aim) body = body.slice(3);
  body = body.replace(/<GS>|\{GS\}|\u241d/g, GS);
  const ours = /^([LTBC])\.(\S(?:.{0,62}\S)?)$/.exec(body);
  if (ours) return { kind: OURS[ours[1]], value: ours[2], raw };
  if (/^\d+$/.test(body)) {
    if ([8, 12, 13, 14].includes(body.length) && checks(body)) {
      const gtin = body.padStart(14, "0");
      return { kind: "gtin", value: gtin, gtin, raw };
    }
    if (body.length === 18 && checks(body)) return { kind: "sscc", value: body, raw };
  }
  const gs1 = body.includes(GS) || (aim && ["C1", "e0", "d2", "Q3", "J1"].includes(aim[1])) || /^0[12]\d{14}/.test(body) || /^00\d{18}/.test(body);
  const found = body.startsWith("(") ? bracketed(body) : gs1 ? elements(body.replace(/^\x1d|\x1d$/g, "")) : null;
  return (found && scanOf(found, raw)) || { kind: "text", value: body, raw };
}

/** Whether the last digit is the GS1 check digit. @param {string} digits */
export function checks(digits) {
  let sum = 0;
  for (let at = 0; at < digits.length - 1; at++) sum += Number(digits[digits.length - 2 - at]) * (at % 2 ? 1 : 3);
  return (10 - (sum % 10)) % 10 === Number(digits.at(-1)) && /[1-9]/.test(digits);
}

/** The scan as a sentence quotes it. @param {Scan} scan */
export function shown(scan) {
  const text = scan.value.length <= 40 ? scan.value : `${scan.value.slice(0, 39)}…`;
  return scan.kind === "gtin" ? text.replace(/^0+/, "") || text : text;
}

/** Whether it commands instead of naming goods: `!short`. @param {string} text */
export const isCommand = (text) => text.trim().startsWith("!");

/** @param {string} body @returns {Record<string, string>|null} */
function elements(body) {
  /** @type {Record<string, string>} */
  const found = {};
  for (let rest = body; rest; ) {
    const ai = rest.slice(0, 2);
    const fixed = /** @type {Record<string, number>} */ (FIXED)[ai];
    if (!fixed && !OPEN.includes(ai)) return null;
    const end = fixed ? 2 + fixed : rest.indexOf(GS, 2) < 0 ? rest.length : rest.indexOf(GS, 2);
    found[ai] = rest.slice(2, end);
    if (!found[ai] || (fixed && found[ai].length < fixed)) return null;
    rest = rest.slice(end).replace(/^\x1d/, "");
  }
  return found;
}

/** @param {string} body @returns {Record<string, string>|null} */
function bracketed(body) {
  const found = Object.fromEntries([...body.matchAll(/\((\d{2,4})\) ?([^(]+)/g)].map((part) => [part[1], part[2].trim()]));
  return Object.keys(found).length ? found : null;
}

/** @param {Record<string, string>} found @param {string} raw @returns {Scan|null} */
function scanOf(found, raw) {
  const sscc = found["00"];
  const gtin = found["01"] || found["02"];
  if ((sscc && !checks(sscc)) || (gtin && !checks(gtin))) return null;
  const value = sscc || gtin || found["21"] || found["10"];
  if (!value) return null;
  const count = found["30"] || found["37"];
  return {
    kind: sscc ? "sscc" : gtin ? "gtin" : "text",
    value,
    gtin,
    lot: found["10"],
    serial: found["21"],
    expires: day(found["17"] || found["15"]),
    count: count ? Number(count) : undefined,
    raw,
  };
}

/** `270331` as `2027-03-31`; day 00 is the month's last. @param {string|undefined} digits */
function day(digits) {
  if (!digits) return undefined;
  const year = 2000 + Number(digits.slice(0, 2));
  const month = Number(digits.slice(2, 4));
  const date = Number(digits.slice(4)) || new Date(Date.UTC(year, month, 0)).getUTCDate();
  return `${year}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
}
