// Scans on their way: in order, one request under way, again until answered.
import { Refused, Unreachable, get, post } from "./api.js";
import * as store from "./store.js";

const MOST = 100;
const SLOW = 1500;
const LONGEST_WAIT = 15_000;

/**
 * @typedef {object} Told
 * @property {() => string} badge  whose scans may go now
 * @property {(entries: store.Entry[], answers: any[]) => Promise<void>} answered
 * @property {(entries: store.Entry[], refusal: Refused) => Promise<void>} refused
 * @property {() => void} changed  online or not
 * @property {() => void} signedOut
 */

export class Sender {
  /** @param {Told} told */
  constructor(told) {
    this.told = told;
    this.online = navigator.onLine;
    this.busy = false;
    this.again = false;
    this.failures = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.alarm = undefined;
    addEventListener("online", () => this.#retryNow());
    addEventListener("offline", () => this.#set(false));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#retryNow(); });
  }

  /** Send what waits. Where the last try failed, its own turn comes. */
  kick() {
    if (this.busy) this.again = true;
    else if (this.online || !this.alarm) void this.#run();
  }

  async #run() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.alarm);
    this.alarm = undefined;
    try {
      do {
        this.again = false;
        await locked(() => this.#drain());
      } while (this.again);
      this.failures = 0;
      this.#set(true);
    } catch (error) {
      if (!(error instanceof Unreachable)) console.error(error);
      this.failures += 1;
      this.#set(false);
      this.alarm = setTimeout(() => { this.alarm = undefined; void this.#run(); }, Math.min(1000 * 2 ** (this.failures - 1), LONGEST_WAIT));
    } finally {
      this.busy = false;
    }
  }

  async #drain() {
    if (!this.online) await get("me");
    for (;;) {
      const mine = (await store.waiting()).filter((entry) => entry.badge === this.told.badge());
      if (!mine.length) return;
      const batch = mine.filter((entry) => entry.session === mine[0].session).slice(0, MOST);
      const head = batch.findIndex((entry, n) => entry !== mine[n]);
      const entries = head < 0 ? batch : batch.slice(0, head); // never past a scan of other work: the order is the truth
      const slow = setTimeout(() => this.#set(false), SLOW);
      try {
        const scans = entries.map(({ id, text, quantity, at }) => ({ id, text, quantity, at }));
        const { answers } = await post("scans", { session: entries[0].session, scans }, 6000 + 200 * entries.length);
        await this.told.answered(entries, answers);
        this.#set(true);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.status === 401) { this.told.signedOut(); return; }
        await this.told.refused(entries, error);
      } finally {
        clearTimeout(slow);
      }
    }
  }

  #retryNow() {
    this.failures = 0;
    if (!this.busy) void this.#run();
  }

  /** @param {boolean} online */
  #set(online) {
    if (this.online === online) return;
    this.online = online;
    this.told.changed();
  }
}

/** Two pages of one device take turns. @param {() => Promise<void>} work */
function locked(work) {
  return navigator.locks ? navigator.locks.request("orderhouse-sender", work) : work();
}
