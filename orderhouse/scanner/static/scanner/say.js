// What this scanner says by itself: texts by key, as the server gave them in the reader's language.

/** @typedef {Record<string, string|Record<string, string>>} Interface  a text that counts stands once for each example number */

/** @type {Interface} */
let texts = {};
let plurals = new Intl.PluralRules("en");

/** @param {{interface?: Interface, language?: string}} words */
export function learn(words) {
  texts = words.interface ?? {};
  plurals = new Intl.PluralRules(words.language || "en");
}

/** Fill `{names}` in; what is not known is left out. @param {string} text @param {Record<string, unknown>} facts */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/** @param {string} key @param {Record<string, unknown>} [facts] `count` chooses among plural forms */
export function say(key, facts = {}) {
  const text = texts[key] ?? key;
  return fill(typeof text === "string" ? text : form(text, Number(facts.count)), facts);
}

/** The text of the example that is counted as this number is. @param {Record<string, string>} forms @param {number} count */
function form(forms, count) {
  const like = Object.keys(forms).find((example) => plurals.select(Number(example)) === plurals.select(count));
  return forms[like ?? "100"];
}
