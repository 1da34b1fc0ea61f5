// The scanner's pure parts, on Node's own test runner.
import assert from "node:assert/strict";
import test from "node:test";
import { confirm, expected, open, predict } from "../static/scanner/offline/flows.js";
import { read } from "../static/scanner/read.js";
import { code128 } from "../static/scanner/symbols.js";
import { KeyBuffer } from "../static/scanner/wedge.js";
import { fill } from "../static/scanner/say.js";
import { draw } from "../static/scanner/words.js";

test("our own labels are read by their letter", () => {
  assert.deepEqual([read("L.A-12-3").kind, read("L.A-12-3").value], ["location", "A-12-3"]);
  assert.deepEqual([read("\x02T.T 1\r\n").kind, read("T.T 1").value], ["tote", "T 1"]);
  assert.equal(read("L.").kind, "text");
});

test("an EAN is a GTIN of 14 digits, and only with its right check digit", () => {
  assert.equal(read("4006381333931").gtin, "04006381333931");
  assert.equal(read("]E04006381333931").gtin, "04006381333931");
  assert.equal(read("4006381333930").kind, "text");
  assert.equal(read("106141411234567897").kind, "sscc");
});

test("a GS1 symbol tells GTIN, lot, serial, expiry and count, however its separator arrives", () => {
  for (const gs of ["\u001d", "<GS>", "{GS}"]) {
    const scan = read(`]C1010400638133393117270300${"10"}LOT1${gs}21S9${gs}3012`);
    assert.deepEqual([scan.gtin, scan.lot, scan.serial, scan.expires, scan.count], ["04006381333931", "LOT1", "S9", "2027-03-31", 12]);
  }
  assert.equal(read("(01)04006381333931(10)LOT1").lot, "LOT1");
});

test("a wedge's keys become a barcode, a finger's do not", () => {
  const keys = new KeyBuffer();
  const type = (text, at, gap, end = "Enter") => [...text, end].map((key, n) => keys.press({ key }, at + n * gap)).at(-1);
  assert.equal(type("4006381333931", 1000, 10), "4006381333931");
  assert.equal(type("T.T1", 5000, 30, "Tab"), "T.T1");
  assert.equal(type("T.T1", 9000, 400), null, "typed by hand");
  keys.press({ key: "0" }, 20_000);
  keys.press({ key: "]", ctrl: true }, 20_010);
  keys.press({ key: "1" }, 20_020);
  assert.equal(keys.press({ key: "Enter" }, 20_030), "0\u001d1");
  keys.press({ key: "Shift" }, 30_000);
  keys.press({ key: "A" }, 30_005);
  keys.press({ key: "B" }, 30_015);
  assert.equal(keys.press({ key: "Enter" }, 30_020), "AB", "a key that types nothing adds nothing");
});

test("a drawn barcode has the modules Code 128 asks for", () => {
  const widths = code128("L.A-1");
  assert.equal(widths.reduce((sum, width) => sum + width, 0), (1 + 5 + 1) * 11 + 13);
  assert.equal(code128("ä"), null);
  assert.equal(code128(""), null);
});

test("words fill in what is known and leave out the rest", () => {
  assert.equal(fill("Go to {bin}{nothing}.", { bin: "A" }), "Go to A.");
  const words = { say: { A_FREE_TOTE: "a free tote" }, screens: { "pick.tote": { title: "Pick", big: "Put {counted} into {tote}", detail: "", scan: "", buttons: [] } } };
  assert.equal(draw(words, "pick.tote", { counted: 2, tote: "", stop: 1, stops: 4, meters: 9 }, "", true).big, "Put 2 into a free tote");
  assert.equal(draw(words, "pick.new", {}, "Told.", true).big, "Told.", "a screen nobody knows is drawn by its sentence");
});

const task = (bin, sku, quantity, order) => ({ bin, sku, name: sku, lot: "", quantity, order, slot: 1, tote: "", meters: 5, barcodes: [] });
const start = (tasks) => open("pick", "7", {
  ok: true, screen: "pick.bin", sentence: "", drawn: {}, free_totes: ["T9", "T8"],
  data: { session: "1", badge: "B", sheet: { tour: "W", orders: 2, tasks }, bin: tasks[0].bin, sku: tasks[0].sku, order: tasks[0].order, quantity: tasks[0].quantity, counted: 0, tote: "", stop: 1, stops: tasks.length, meters: 5 },
});
const WORDS = { say: { EXPECTED_BIN: "Expected bin {expected}, scanned {scanned}." }, screens: {} };

test("a wrong scan is said at once, and the work stands where it stood", () => {
  const work = start([task("A-1", "MUG", 1, "R1"), task("A-2", "TEA", 1, "R2")]);
  const after = predict(work, { text: "L.A-12-4", quantity: null }, WORDS);
  assert.deepEqual([after.answer.ok, after.answer.sentence, after.local], [false, "Expected bin A-1, scanned A-12-4.", work.local]);
});

test("two orders never share a tote", () => {
  let work = start([task("A-1", "MUG", 1, "R1"), task("A-1", "TEA", 1, "R2")]);
  for (const text of ["L.A-1", "MUG", "T.T1", "TEA"]) work = predict(work, { text, quantity: null }, WORDS);
  assert.equal(predict(work, { text: "T.T1", quantity: null }, WORDS).answer.ok, false);
  assert.deepEqual(expected(work), { text: "T.T9", quantity: null });
  assert.equal(predict(work, { text: "T.T9", quantity: null }, WORDS).answer.screen, "pick.done");
});

test("what the server says replaces what was thought", () => {
  const work = start([task("A-1", "MUG", 3, "R1"), task("A-2", "TEA", 1, "R2")]);
  const stopped = { ok: false, screen: "pick.stop", sentence: "Stop", drawn: {}, data: { bin: "A-2", sku: "TEA", order: "R2", quantity: 1, counted: 0, tote: "", stop: 2, stops: 2, meters: 5 } };
  const after = confirm(work, { text: "L.A-1", quantity: null }, stopped);
  assert.deepEqual([after.local.at, expected(after).text], ["bin", "L.A-2"]);
});

test("a task that is not on the sheet leaves the scanner without a guess", () => {
  const work = start([task("A-1", "MUG", 1, "R1")]);
  const told = { ok: true, screen: "pick.bin", sentence: "", drawn: {}, data: { bin: "Z-9", sku: "MUG", order: "R1", quantity: 1, counted: 0, stop: 1, stops: 2 } };
  const after = confirm(work, { text: "L.A-1", quantity: null }, told);
  assert.deepEqual([after.local, predict(after, { text: "L.Z-9", quantity: null }, WORDS), expected(after)], [null, null, null]);
});
