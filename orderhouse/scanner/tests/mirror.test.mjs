// What this scanner would have said alone, held against what the server said: the recordings are made by test_mirror.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { confirm, open, predict } from "../static/scanner/offline/flows.js";
import { learn } from "../static/scanner/say.js";

const { words, runs } = JSON.parse(readFileSync(process.env.RECORDINGS, "utf8"));
learn(words);

for (const { name, flow, target, first, scans } of runs) {
  test(`${name}: alone to its end`, () => {
    let alone = open(flow, target, first);
    assert.ok(alone.local, "the sheet can be gone on from");
    scans.forEach(({ text, quantity, answer }, n) => {
      const after = predict(alone, { text, quantity }, words);
      const where = `scan ${n + 1}, ${text}`;
      assert.ok(after, where);
      assert.equal(after.answer.ok, answer.ok, where);
      if (!answer.ok) return;
      assert.equal(after.answer.screen, answer.screen, where);
      assert.equal(after.answer.sentence, answer.sentence, where);
      const { parcel, sscc, contents, ...told } = answer.data;
      const { meters, ...data } = after.answer.data;
      for (const key of Object.keys(data)) assert.deepEqual(data[key], told[key], `${where}: ${key}`);
      assert.equal(after.answer.drawn.big, answer.drawn.big, where);
      assert.equal(after.answer.drawn.scan, answer.drawn.scan, where);
      alone = after;
    });
  });
  test(`${name}: confirmed scan by scan it stands where it stood alone`, () => {
    let alone = open(flow, target, first);
    let told = alone;
    for (const { text, quantity, answer } of scans) {
      if (answer.ok) alone = predict(alone, { text, quantity }, words);
      told = confirm(told, { text, quantity }, answer);
      assert.equal(told.local?.at, alone.local.at, text);
    }
  });
}
