// Going on alone: one small mirror of each flow's happy path. The server's word replaces it as soon as there is one.
import { read } from "../read.js";
import { fill } from "../say.js";
import { draw } from "../words.js";
import * as count from "./count.js";
import * as pack from "./pack.js";
import * as pick from "./pick.js";
import * as putaway from "./putaway.js";
import * as receive from "./receive.js";

/** @typedef {import("../words.js").Words} Words */
/** @typedef {{ok: boolean, say: string, facts: Record<string, any>, local: any}|null} Step  null: only the server knows */
/** @typedef {{ok: boolean, screen: string, sentence: string, data: Record<string, any>, drawn: any}} Answer */
/** @typedef {{text: string, quantity: number|null}} Said */
/** @typedef {{flow: string, target: string|null, session: string, badge: string, sheet: any, local: any, answer: Answer, freeTotes: string[]}} Work */

/** @type {Record<string, any>} */
const FLOWS = { count, pack, pick, putaway, receive };

/** Work as the server started it. @param {string} flow @param {string|null} target @param {Answer & {free_totes?: string[]}} answer @returns {Work} */
export function open(flow, target, answer) {
  const { session, badge, sheet, ...data } = answer.data;
  const first = { ok: answer.ok, screen: answer.screen, sentence: answer.sentence, data, drawn: answer.drawn };
  const local = FLOWS[flow] && sheet ? guarded(() => FLOWS[flow].begin(sheet, first)) : null;
  return { flow, target, session, badge, sheet, local, answer: first, freeTotes: answer.free_totes || [] };
}

/** Whether the server gives along what this scanner can go on by. @param {Work} work */
export const hasSheet = (work) => work.flow in FLOWS && Object.keys(work.sheet ?? {}).length > 0;

/** The work after the server answered a scan. @param {Work} work @param {Said} said @param {Answer} answer @returns {Work} */
export function confirm(work, said, answer) {
  const flow = FLOWS[work.flow];
  if (!flow || !work.local) return { ...work, answer };
  const stepped = guarded(() => flow.step(work.local, read(said.text), said.quantity));
  const moved = stepped && stepped.ok && answer.ok ? stepped.local : work.local;
  return { ...work, answer, local: guarded(() => flow.align(moved, answer)) };
}

/**
 * The work after a scan the server has not answered; null where only the server knows.
 * @param {Work} work @param {Said} said @param {Words} words @returns {Work|null}
 */
export function predict(work, said, words) {
  const flow = FLOWS[work.flow];
  if (!flow || !work.local) return null;
  const step = guarded(() => flow.step(work.local, read(said.text), said.quantity));
  if (!step) return null;
  const { screen, data } = flow.look(step.local);
  const sentence = told(words, step.say, step.facts).trim();
  const name = `${work.flow}.${screen}`;
  return { ...work, local: step.local, answer: { ok: step.ok, screen: name, sentence, data, drawn: draw(words, name, data, sentence, step.ok) } };
}

/** What is to be scanned next, where the sheet tells. @param {Work} work @returns {Said|null} */
export function expected(work) {
  const flow = FLOWS[work.flow];
  return flow && work.local ? guarded(() => flow.expect(work.local, work.freeTotes)) : null;
}

/** @param {Words} words @param {string} say @param {Record<string, any>} facts @returns {string} */
function told(words, say, facts) {
  const known = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Array.isArray(value) ? told(words, value[0], value[1]) : value]));
  return fill(words.say[say] || "", known);
}

/** A sheet of another version must never stop the work. @template T @param {() => T} make @returns {T|null} */
function guarded(make) {
  try {
    return make();
  } catch (error) {
    console.warn("offline", error);
    return null;
  }
}
