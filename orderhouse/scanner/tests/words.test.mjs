// No module of the scanner says a word of its own: what it shows stands in the words it is given, and nothing stands there in vain.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { learn, say } from "../static/scanner/say.js";

const HERE = new URL("../static/scanner/", import.meta.url);
const words = JSON.parse(readFileSync(process.env.WORDS, "utf8"));
const modules = ["", "offline/"].flatMap((folder) => readdirSync(new URL(folder, HERE)).filter((name) => name.endsWith(".js")).map((name) => folder + name));

/** The string literals of a module, those inside templates too; comments and imports are left out. */
function literals(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/ .*$/gm, "").replace(/^(import|export) .* from .*$/gm, "");
  const templates = [...code.matchAll(/`((?:[^`\\]|\\.)*)`/g)].map((found) => found[1].replace(/\$\{[^}]*\}/g, "\u0000"));
  return [...[...code.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((found) => found[1]), ...templates];
}

/** Text of programs that looks like text of people: classes, keys of keyboards and headers, formats of codes, log lines. */
const NOT_SHOWN = /^(p\.|act wide|thumb risk|has-pad|Enter|Tab|F8|Content-Type|X-CSRFToken|application\/json|GET|POST|online|Code128|EAN13|EAN8|UPCA|UPCE|ITF|DataMatrix|QRCode|Code39|Plain|NotAllowedError|BroadcastChannel|not our server|status \u0000|module|WidthOf|W|B\.|L\.|T\.)/;

test("no module shows a word of its own", () => {
  const found = [];
  for (const name of modules.filter((name) => name !== "symbols.js")) {
    for (const text of literals(readFileSync(new URL(name, HERE), "utf8"))) {
      const shown = /[A-Za-z]{2,} [A-Za-z]/.test(text) || /^[A-Z][a-z]+/.test(text) || /\u0000 [a-z]{2}/.test(text) || /[a-z]{2} \u0000/.test(text);
      if (shown && !NOT_SHOWN.test(text)) found.push(`${name}: ${text}`);
    }
  }
  assert.deepEqual(found, []);
});

test("every key that is said has its words, and all words are said", () => {
  const used = new Set();
  const every = new Set();
  for (const name of modules) {
    const source = readFileSync(new URL(name, HERE), "utf8");
    for (const [, key] of source.matchAll(/(?<![.\w])say\("([^"]+)"/g)) used.add(key);
    for (const [, key] of source.matchAll(/(?:title|open): "([a-z-]+)"/g)) used.add(key);
    for (const text of literals(source)) every.add(text);
  }
  assert.deepEqual([...used].filter((key) => !(key in words.interface)), [], "said without words");
  assert.deepEqual(Object.keys(words.interface).filter((key) => !every.has(key)), [], "words nobody says");
});

test("what is said alone is a sentence of the floor", () => {
  for (const name of modules.filter((name) => name.startsWith("offline/"))) {
    for (const [, key] of readFileSync(new URL(name, HERE), "utf8").matchAll(/\b(?:yes|no)\("([A-Z_]+)"/g)) assert.ok(key in words.say, `${name}: ${key}`);
  }
});

test("a figure is said in the form its language counts it by", () => {
  learn(words);
  assert.deepEqual([0, 1, 2, 21].map((count) => say("scans", { count })), ["0 scans", "1 scan", "2 scans", "21 scans"]);
  const forms = { 1: "{count} skan", 2: "{count} skany", 3: "{count} skany", 5: "{count} skanów", 0: "{count} skanów", 6: "{count} skanów", 11: "{count} skanów", 100: "{count} skanów" };
  learn({ language: "pl", interface: { scans: forms } });
  assert.deepEqual([1, 4, 5, 22, 112].map((count) => say("scans", { count })), ["1 skan", "4 skany", "5 skanów", "22 skany", "112 skanów"]);
  assert.equal(say("a-key-of-tomorrow"), "a-key-of-tomorrow");
});
