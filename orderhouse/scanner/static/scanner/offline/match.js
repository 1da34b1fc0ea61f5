// What scans have to do with tasks.

/** @typedef {import("../read.js").Scan} Scan */
/** @typedef {{sku: string, barcodes: [string, number][]}} Coded */

/** The base units a scan names of an item, 0 where it is another. @param {Scan} scan @param {Coded} item */
export function unitsOf(scan, item) {
  for (const code of [scan.gtin, scan.value, scan.raw.trim()]) {
    if (!code) continue;
    if (code === item.sku) return scan.count || 1;
    const found = item.barcodes.find(([text]) => text === code);
    if (found) return found[1] * (scan.count || 1);
  }
  return 0;
}

/** Whether the scan's lot or serial, if it says one, is among these; none wanted is any. @param {Scan} scan @param {string[]} lots */
export function lotFits(scan, lots) {
  const said = [scan.serial, scan.lot].filter(Boolean);
  return !said.length || !lots.length || said.some((lot) => lots.includes(/** @type {string} */ (lot)));
}

/** An item as a sentence names it. @param {{sku: string, name: string}} item */
export const called = (item) => (item.name && item.name !== item.sku ? `${item.sku} ${item.name}` : item.sku);

/** The barcode that stands for one unit, else the SKU. @param {Coded} item */
export function oneUnit(item) {
  return item.barcodes.find(([, units]) => units === 1)?.[0] ?? item.sku;
}

/** Whether it may be the label of a tote or carton. @param {Scan} scan */
export const namesTote = (scan) => scan.kind === "tote" || (scan.kind === "sscc" && !scan.gtin);

/** How a tote's code is scanned. @param {string} code */
export const toteLabel = (code) => (/^\d{18}$/.test(code) ? code : `T.${code}`);
