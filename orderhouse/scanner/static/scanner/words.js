// The floor's words as the server gave them, filled in here when the server cannot be asked.
import { fill, say } from "./say.js";

/** @typedef {{say: Record<string, string>, screens: Record<string, {title: string, big: string, detail: string, scan: string, buttons: string[]}>, interface?: import("./say.js").Interface, language?: string}} Words */

/**
 * The screen of an answer given by this scanner itself, as the server draws it.
 * @param {Words} words @param {string} screen @param {Record<string, any>} data @param {string} sentence @param {boolean} ok
 */
export function draw(words, screen, data, sentence, ok) {
  const layout = words.screens[screen] || { title: "", big: sentence, detail: "", scan: "", buttons: [] };
  const facts = screen.endsWith(".tote") && !data.tote ? { ...data, tote: words.say.A_FREE_TOTE || "" } : data;
  return {
    title: layout.title,
    sentence,
    big: fill(layout.big, facts),
    detail: fill(layout.detail, facts).replace(/^[ ,]+|[ ,]+$/g, ""),
    scan: fill(layout.scan, facts),
    progress: progress(data),
    tone: ok ? "right" : "wrong",
    buttons: layout.buttons,
  };
}

/** `7 of 23 · 118 m to go`, or what of it is known. @param {Record<string, any>} data */
export function progress(data) {
  const parts = [];
  if (data.stops !== undefined) parts.push(say("progress-stops", data));
  if (data.meters) parts.push(say("progress-meters", data));
  if (data.units !== undefined && data.stops === undefined) parts.push(say("progress-units", data));
  if (data.expected) parts.push(say("progress-came", data));
  return parts.join(" · ");
}
