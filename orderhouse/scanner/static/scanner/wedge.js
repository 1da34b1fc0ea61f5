// A keyboard wedge types a barcode faster than any hand and ends it with Enter or Tab. No field needs the focus.

/** Milliseconds between two keys of one barcode; a slow radio scanner takes its time. */
const GAP = 120;
/** Shorter is a person's finger on a key. */
const SHORTEST = 2;

/** Gathers keys into barcodes. Pure: time comes with each key. */
export class KeyBuffer {
  constructor() {
    this.text = "";
    this.last = 0;
  }

  /**
   * The barcode this key completes, else null.
   * @param {{key: string, ctrl?: boolean, alt?: boolean, meta?: boolean}} press @param {number} now milliseconds
   * @returns {string|null}
   */
  press({ key, ctrl, alt, meta }, now) {
    if (now - this.last > GAP) this.text = "";
    this.last = now;
    if (key === "Enter" || key === "Tab") {
      const text = this.text;
      this.text = "";
      return text.length >= SHORTEST ? text : null;
    }
    if (ctrl && key === "]") this.text += "\u001d"; // how a wedge types the GS1 separator
    else if (key === "F8") this.text += "\u001d"; // and how others do
    else if (key.length === 1 && !ctrl && !alt && !meta) this.text += key;
    return null;
  }
}

/** Hear the wedge on the whole page, but for fields people type into. @param {(text: string) => void} scanned */
export function listen(scanned) {
  const buffer = new KeyBuffer();
  addEventListener("keydown", (event) => {
    const field = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (field || event.isComposing) return;
    const inFlow = buffer.text.length > 0 && performance.now() - buffer.last <= GAP;
    const text = buffer.press({ key: event.key, ctrl: event.ctrlKey, alt: event.altKey, meta: event.metaKey }, performance.now());
    if (text !== null) scanned(text);
    if (text !== null || (inFlow && (event.key === "Enter" || event.key === " ")) || (event.ctrlKey && event.key === "]")) {
      event.preventDefault(); // its Enter must not press the button that has the focus
      event.stopPropagation();
    }
  }, { capture: true });
}
