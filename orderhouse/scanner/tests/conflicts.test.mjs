// What is said of scans the server did not take: one sentence an order.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { byOrder, conflictOf, headline } from "../static/scanner/conflicts.js";
import { learn } from "../static/scanner/say.js";

const words = JSON.parse(readFileSync(process.env.WORDS, "utf8"));
learn(words);

const entry = (id, text, order, from = "pick.item") => ({ id, text, at: "", shown: { screen: "", sentence: "", from, order } });
const answer = (screen, sentence, data = {}) => ({ ok: false, screen, sentence, data, drawn: { tone: screen.endsWith(".stop") ? "stop" : "wrong" } });
const stop = "Stop: order WEB-1 is cancelled. Nothing of it is in your hand.";

test("a cancelled order is told once, with what to do and how many scans it took with it", () => {
  const hand = { order: "WEB-1", counted: 2, sku: "TOWEL", bin: "02-001-2" };
  const told = [
    conflictOf(entry("1", "L.02-001-2", "WEB-1", "pick.bin"), answer("pick.stop", stop, { order: "WEB-2" }), words),
    conflictOf(entry("2", "TOWEL", "WEB-1"), answer("pick.stop", stop, hand), words),
    conflictOf(entry("3", "MUG", "WEB-2"), answer("pick.item", "Expected CUP, scanned MUG."), words),
    conflictOf(entry("4", "TOWEL", "WEB-1"), answer("pick.back", "First put it back.", hand), words),
  ];
  const groups = byOrder(told);
  assert.deepEqual(groups.map((group) => group.length), [3, 1]);
  assert.equal(headline(groups[0]), "WEB-1 was cancelled while you were away: put back 2 × TOWEL to 02-001-2, 3 scans of it were not taken");
  assert.equal(headline(groups[1]), "WEB-2: Expected CUP, scanned MUG.");
});

test("what went into a tote stays there for its put-back", () => {
  const one = conflictOf(entry("1", "T.T4", "WEB-1", "pick.tote"), answer("pick.stop", stop, { order: "WEB-2" }), words);
  assert.match(headline([one]), /^WEB-1 was cancelled .* tote T4 .*, 1 scan of it was not taken$/);
});
