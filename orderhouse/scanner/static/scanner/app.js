// The scanner: holds what is known, hears scans, draws one screen. Its rules are the server's.
import { Refused, Unreachable, get, post } from "./api.js";
import { Camera } from "./camera.js";
import { button, h, icon } from "./draw.js";
import { conflictOf, conflicts } from "./conflicts.js";
import { line, menuView } from "./menu.js";
import * as flows from "./offline/flows.js";
import { isCommand } from "./read.js";
import { learn, say } from "./say.js";
import { Sender } from "./sender.js";
import { badgeView, enrollView, signIn } from "./sign-in.js";
import { stepView, withButtons } from "./step.js";
import * as store from "./store.js";
import { sound, wake } from "./tones.js";
import { listen } from "./wedge.js";

/** @typedef {flows.Work} Work */
/** @typedef {{tone: string, sentence: string}|null} Band */

const MENU_AGE = 8000;
const UNFOLDED = 6000;
/** Flows whose list everybody works on. */
const SHARED = ["putaway", "pack", "count"];
/** What an answer shows of work that somebody is in the middle of; without any of it there is nothing to go on with. */
const IN_HAND = ["bin", "sku", "order", "receipt", "source", "tour"];

export class App {
  constructor() {
    /** @type {any} who this is: device, badge */
    this.me = null;
    /** @type {{work: any[], flows: string[], put_backs?: number}|null} */
    this.work = null;
    /** @type {import("./words.js").Words} */
    this.words = { say: {}, screens: {} };
    /** @type {Work[]} begun and not ended, the one in hand last */
    this.works = [];
    /** @type {store.Entry[]} */
    this.pending = [];
    /** @type {store.Conflict[]} */
    this.conflicts = [];
    this.working = false;
    /** @type {Band} */
    this.band = null;
    /** @type {import("./pad.js").Pad|null} */
    this.pad = null;
    /** @type {any} */
    this.figure = null;
    /** @type {any} */
    this.pin = null;
    /** @type {HTMLFormElement|null} */
    this.form = null;
    /** @type {number|null} a figure that goes with the next scan */
    this.carry = null;
    this.armed = "";
    this.more = this.help = this.lineOpen = this.typing = false;
    this.caughtUp = this.answers = 0;
    this.synced = 0;
    /** @type {Promise<void>} one scan after the other */
    this.chain = Promise.resolve();
    this.sender = new Sender({
      badge: () => this.me?.badge?.code ?? "",
      answered: (entries, answers) => this.#answered(entries, answers),
      refused: (entries, refusal) => this.#refused(entries, refusal),
      changed: () => { if (this.sender.online) void this.refresh(); this.draw(); },
      signedOut: () => void this.refresh(),
    });
    this.camera = new Camera((text) => this.heard(text), (why) => { this.cameraOn = false; this.say("wrong", why); });
    this.cameraOn = false;
    this.hello = document.querySelector("#app > main");
    this.last = "";
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.fold = undefined;
    /** @type {Set<string>} conflicts whose scans are shown */
    this.unfolded = new Set();
    this.input = h("input", { type: "text", "aria-label": say("type-a-code"), autocomplete: "off", autocapitalize: "characters", spellcheck: "false", enterkeyhint: "send", maxlength: 120 });
    this.typed = h("form.typed", { onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); const text = this.input.value.trim(); this.input.value = ""; if (text) this.heard(text); } }, this.input, h("button.btn.act", {}, icon("check"), h("span", {}, say("send"))));
    /** @type {WakeLockSentinel|undefined} */
    this.awake = undefined;
  }

  async start() {
    const [me, words, works, kept, pending, working] = await Promise.all([
      store.recall("me"), store.recall("words"), store.recall("works"), store.recall("conflicts"), store.waiting(), store.recall("working"),
    ]);
    Object.assign(this, { me: me ?? null, words: words ?? this.words, works: works ?? [], conflicts: kept ?? [], pending });
    this.#speak();
    this.working = Boolean(working) && this.mine().length > 0;
    this.caughtUp = pending.length;
    if (me) this.draw();
    listen((text) => this.heard(text));
    addEventListener("pointerdown", wake, { passive: true });
    addEventListener("keydown", wake);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#stayAwake(); });
    this.others = "BroadcastChannel" in globalThis ? new BroadcastChannel("orderhouse-scanner") : undefined;
    if (this.others) this.others.onmessage = () => void this.#reload();
    setInterval(() => { if (!this.working && this.me?.badge && !document.hidden) void this.lookForWork(); }, MENU_AGE);
    await this.refresh();
    this.sender.kick();
  }

  /** The begun work of who is signed in, the one in hand last. @returns {Work[]} */
  mine() {
    return this.works.filter((work) => work.badge === this.me?.badge?.code);
  }

  /** The work in hand as it stands after all that was scanned. @returns {Work|undefined} */
  inHand() {
    const work = this.working ? this.mine().at(-1) : undefined;
    if (!work) return undefined;
    const waiting = this.pending.filter((entry) => entry.session === work.session);
    if (!waiting.length || (this.sender.online && !waiting.some((entry) => entry.shown))) return work;
    return waiting.reduce((stands, entry) => flows.predict(stands, entry, this.words) ?? stands, work);
  }

  // ── scans ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Something was scanned or typed. @param {string} text */
  heard(text) {
    this.chain = this.chain.then(async () => {
      if (!this.me?.device) return;
      if (!this.me.badge) return signIn(this, text);
      if (/^B\.\S/.test(text.trim())) return this.#handOver(text);
      if (this.working) return this.#take(text, null);
      if (this.work?.flows.includes("lookup") && this.sender.online) {
        await this.begin("lookup", null);
        return this.#take(text, null);
      }
      this.say("wrong", say("choose-first"));
    });
    return this.chain;
  }

  /** A scan or command of the work in hand. @param {string} text @param {number|null} quantity */
  scan(text, quantity) {
    this.chain = this.chain.then(() => this.#take(text, quantity));
    return this.chain;
  }

  /** @param {string} text @param {number|null} quantity */
  async #take(text, quantity) {
    const work = this.inHand();
    if (!work) return;
    Object.assign(this, { pad: null, figure: null, more: false, help: false, armed: "", lineOpen: false, last: text });
    if (this.carry !== null && !isCommand(text)) [quantity, this.carry] = [quantity ?? this.carry, null];
    /** @type {store.Entry["shown"]} */
    let shown = null;
    const alone = !this.sender.online || this.pending.some((entry) => entry.session === work.session && entry.shown);
    if (alone) {
      const after = flows.predict(work, { text, quantity }, this.words);
      if (!after && (!isCommand(text) || text === "!undo")) return this.say("wrong", say("no-network-step"));
      if (after && !after.answer.ok) return this.say("wrong", after.answer.sentence); // said at once, and nothing is sent
      if (after) {
        const { order, sku, bin } = work.answer.data;
        shown = { screen: after.answer.screen, sentence: after.answer.sentence, from: work.answer.screen, order, sku, bin };
      }
    }
    const entry = await store.append({ id: uuid(), session: work.session, badge: work.badge, text, quantity, at: new Date().toISOString(), shown });
    this.pending.push(entry);
    if (shown) this.say("right", shown.sentence);
    else if (alone) this.say("right", say("kept"));
    else this.draw();
    this.sender.kick();
  }

  /** @param {store.Entry[]} entries @param {any[]} answers */
  async #answered(entries, answers) {
    const alone = entries.filter((entry) => entry.shown).length;
    /** @type {Band} */
    let band = null;
    const after = await store.settle(entries, (works, found) => {
      let now = works;
      const fresh = [...found];
      entries.forEach((entry, n) => {
        const { free_totes: _, ...answer } = answers[n];
        now = now.map((/** @type {Work} */ work) => (work.session === entry.session ? flows.confirm(work, entry, answer) : work));
        if (answer.screen.endsWith(".ended")) now = now.filter((/** @type {Work} */ work) => work.session !== entry.session);
        if (entry.shown && !answer.ok) fresh.push(conflictOf(entry, answer, this.words));
        else if (entry.shown?.from === "pick.tote") fresh.filter((one) => one.cancelled && one.order === entry.shown?.order).forEach((one) => { one.tote = entry.text.replace(/^T\./, ""); });
        if (!entry.shown) band = { tone: answer.drawn.tone, sentence: answer.sentence };
      });
      return { works: now, conflicts: fresh };
    });
    if (answers.some((answer) => !answer.ok) && SHARED.includes(this.mine().at(-1)?.flow ?? "")) this.synced = 0; // somebody else may have done it
    const seqs = new Set(entries.map((entry) => entry.seq));
    const hadConflicts = this.conflicts.length;
    this.pending = this.pending.filter((entry) => !seqs.has(entry.seq));
    Object.assign(this, { works: after.works, conflicts: after.conflicts });
    this.others?.postMessage("moved");
    this.caughtUp += alone;
    this.answers += entries.length;
    if (this.working && !this.mine().length) { this.working = false; void store.keep("working", false); void this.lookForWork(); }
    if (after.conflicts.length > hadConflicts) {
      sound("stop");
      this.band = { tone: after.conflicts.some((/** @type {store.Conflict} */ one) => one.stop) ? "stop" : "wrong", sentence: say("changed-meanwhile") };
      this.synced = 0;
    } else if (band) {
      this.#signal(band);
    } else if (alone && !this.pending.length) {
      this.band = { tone: "right", sentence: say("online-again", { count: this.caughtUp }) };
    }
    if (!this.pending.length) { this.caughtUp = 0; void this.#freshSheet(); }
    this.draw();
  }

  /** The server takes none of these: their work is somebody else's now, or gone. @param {store.Entry[]} entries @param {Refused} refusal */
  async #refused(entries, refusal) {
    const gone = entries[0].session;
    const after = await store.settle(entries, (works, found) => ({
      works: works.filter((/** @type {Work} */ work) => work.session !== gone),
      conflicts: [...found, ...entries.map((entry) => ({ id: entry.id, text: entry.text, sentence: refusal.sentence, at: entry.at, stop: true, order: entry.shown?.order }))],
    }));
    this.pending = await store.waiting();
    Object.assign(this, { works: after.works, conflicts: after.conflicts, working: false });
    void store.keep("working", false);
    sound("stop");
    this.say("stop", refusal.sentence);
  }

  /** @param {{text: string, quantity: number|null}} said */
  async practise(said) {
    const work = this.mine().at(-1);
    if (work?.answer.screen === "pick.tote" || this.inHand()?.answer.screen === "pick.tote") {
      const code = said.text.replace(/^T\./, "");
      this.works = this.works.map((one) => (one === work ? { ...one, freeTotes: [...one.freeTotes.filter((free) => free !== code), code] } : one));
      await store.settle([], (works, found) => ({ works: works.map((/** @type {Work} */ one) => (one.session === work?.session ? { ...one, freeTotes: [...one.freeTotes.filter((free) => free !== code), code] } : one)), conflicts: found }));
    }
    return this.scan(said.text, said.quantity);
  }

  /** @param {Work} work */
  expectedOf(work) {
    return flows.expected(work);
  }

  // ── work ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {string} flow @param {string|null} target @param {string} [first] scanned at once */
  async begin(flow, target, first) {
    const open = this.mine().find((work) => work.flow === flow && work.target === target);
    if (open) {
      await this.goOn(open);
      if (first) void this.scan(first, null);
      return;
    }
    try {
      const told = await post("start", { flow, target });
      await this.#setWorks((works) => [...works.filter((work) => work.session !== told.answer.data.session), flows.open(flow, target, told.answer)]);
      this.#enter();
      if (first) void this.scan(first, null);
    } catch (error) {
      this.#sayWhy(error);
    }
  }

  /** @param {Work} work */
  async goOn(work) {
    await this.#setWorks((works) => [...works.filter((one) => one.session !== work.session), ...works.filter((one) => one.session === work.session)]);
    this.#enter();
    this.synced = 0;
    void this.#freshSheet();
  }

  #enter() {
    Object.assign(this, { working: true, band: null, pad: null, figure: null, more: false, carry: null, armed: "" });
    void store.keep("working", true);
    this.#stayAwake();
    this.draw();
  }

  toMenu() {
    Object.assign(this, { working: false, band: null, pad: null, figure: null, more: false, carry: null });
    void store.keep("working", false);
    const idle = (/** @type {Work} */ work) => work.flow === "lookup" || !IN_HAND.some((name) => work.answer.data[name]);
    if (!this.pending.length) void this.#setWorks((works) => works.filter((work) => !idle(work))).then(() => this.draw());
    this.#stopCamera();
    void this.awake?.release();
    this.draw();
    void this.lookForWork();
  }

  /** A fresh sheet where the kept one no longer fits. A start is the same work, as it stands. */
  async #freshSheet() {
    const work = this.mine().at(-1);
    const over = /\.(done|ended)$/.test(work?.answer.screen ?? ".done");
    if (!work || !this.working || over || !flows.hasSheet(work) || this.pending.length || !this.sender.online || (work.local && this.synced) || Date.now() - this.synced < 5000) return;
    this.synced = Date.now();
    try {
      const told = await post("start", { flow: work.flow, target: work.target });
      if (this.pending.length) return;
      await this.#setWorks((works) => works.map((one) => (one.session === work.session ? flows.open(work.flow, work.target, told.answer) : one)));
      this.draw();
    } catch (error) {
      if (error instanceof Refused) { await this.#setWorks((works) => works.filter((one) => one.session !== work.session)); this.toMenu(); this.#sayWhy(error); }
    }
  }

  /** @param {(works: Work[]) => Work[]} change */
  async #setWorks(change) {
    const after = await store.settle([], (works, found) => ({ works: change(works), conflicts: found }));
    this.works = after.works;
    this.others?.postMessage("moved");
  }

  async lookForWork() {
    try {
      this.work = await get("work");
      void store.keep("work", this.work);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return this.refresh();
      if (error instanceof Unreachable) this.sender.kick();
    }
    if (!this.working) this.draw();
  }

  async understood() {
    const after = await store.settle([], (works) => ({ works, conflicts: [] }));
    Object.assign(this, { conflicts: after.conflicts, band: null });
    this.draw();
  }

  // ── people ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ask who we are. What is known stands while nobody answers. */
  async refresh() {
    try {
      const [me, words] = await Promise.all([get("me"), get("words")]);
      await this.#become(me);
      this.words = words;
      this.#speak();
      void store.keep("words", words);
      if (this.me.badge) void this.lookForWork();
      this.sender.kick();
    } catch {
      this.sender.kick();
    }
    this.draw();
  }

  /** @param {any} told */
  async signedIn(told) {
    await this.#become({ ...this.me, ...told });
    this.band = null;
    this.draw();
    if (this.me.badge) await this.lookForWork();
    this.sender.kick();
  }

  async signOut() {
    if (this.pending.some((entry) => entry.badge === this.me.badge?.code)) return this.say("wrong", say("scans-wait-here", { count: this.pending.length }));
    try {
      await post("sign-out", {});
      await this.#setWorks((works) => works.filter((work) => work.badge !== this.me.badge.code)); // the server keeps where they stood
      this.work = null;
      this.working = false;
      await this.signedIn({ badge: null });
    } catch (error) {
      this.#sayWhy(error);
    }
  }

  /** Another badge takes over. @param {string} text */
  async #handOver(text) {
    if (text.trim().slice(2) === this.me.badge.code) return this.say("right", say("already-you", this.me.badge));
    await this.signOut();
    if (!this.me.badge) await signIn(this, text);
  }

  /** @param {any} me */
  async #become(me) {
    this.me = me;
    await store.keep("me", { ...me, csrf: "" });
    if (!me.badge || !this.mine().length) this.working = false;
  }

  async #reload() {
    const [me, works, kept, pending] = await Promise.all([store.recall("me"), store.recall("works"), store.recall("conflicts"), store.waiting()]);
    Object.assign(this, { me: me ?? this.me, works: works ?? [], conflicts: kept ?? [], pending });
    this.draw();
  }

  // ── what is seen and heard ─────────────────────────────────────────────────────────────────────────────────────────

  /** The page's own words, as far as they are known. */
  #speak() {
    learn(this.words);
    this.input.setAttribute("aria-label", say("type-a-code"));
    this.typed.lastElementChild?.lastElementChild?.replaceChildren(say("send"));
  }

  /** @param {string} tone @param {string} sentence */
  say(tone, sentence) {
    this.#signal({ tone, sentence });
    this.draw();
  }

  /** @param {Band} band */
  #signal(band) {
    this.band = band;
    if (band) sound(band.tone);
  }

  /** @param {unknown} error */
  #sayWhy(error) {
    this.say("wrong", error instanceof Refused ? error.sentence : say("no-network-work"));
  }

  /** The first tap arms, the second does it. @param {string} name */
  arm(name) {
    this.armed = name;
    this.draw();
    setTimeout(() => { if (this.armed === name) { this.armed = ""; this.draw(); } }, 4000);
  }

  draw() {
    const root = /** @type {HTMLElement} */ (document.getElementById("app"));
    const typing = document.activeElement === this.input;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
    const scrolled = scrollY;
    root.replaceChildren(this.#view());
    document.body.dataset.state = this.sender.online ? "online" : "offline";
    document.body.dataset.pending = String(this.pending.length);
    document.body.dataset.answers = String(this.answers);
    if (typing && this.typing) this.input.focus();
    else if (focused) /** @type {HTMLElement|null} */ (root.querySelector(`[data-key="${focused}"]`))?.focus({ preventScroll: true });
    scrollTo(0, scrolled);
  }

  #view() {
    if (!this.me) return this.hello;
    if (!this.me.device) return enrollView(this);
    if (!this.me.badge) return badgeView(this);
    const work = this.inHand();
    return work ? stepView(this, work) : menuView(this);
  }

  /** @param {string} [next] what is to be scanned, where nothing was said yet */
  drawBand(next = "") {
    const { tone, sentence: said } = this.band ?? { tone: "next", sentence: next };
    const sentence = withButtons(said);
    const name = { right: "check", wrong: "x", stop: "hand-stop", next: "scan" }[tone] ?? "check";
    return h("p.band", { class: tone, role: "status", "aria-live": "assertive", "data-tone": tone }, icon(name), h("span", { class: sentence.length > 70 ? "long" : "" }, sentence), tone === "right" && next && sentence.length < 40 ? h("small", {}, next) : null);
  }

  /** The stack of what waits, for a moment. @param {boolean} open */
  unfold(open) {
    this.lineOpen = open;
    clearTimeout(this.fold);
    if (open) this.fold = setTimeout(() => { this.lineOpen = false; this.draw(); }, UNFOLDED);
  }

  drawLine() {
    return line(this);
  }

  drawConflicts() {
    return conflicts(this);
  }

  /** Camera, keyboard, figure. @param {(() => void)|null} [carry] */
  drawTools(carry = null) {
    return h("div.tools", {}, this.drawOpenTools(),
      h("nav", { "aria-label": say("ways-to-scan") },
        button(this.cameraOn ? say("camera-off") : say("camera"), "camera", () => this.#switchCamera(), { "aria-pressed": String(this.cameraOn) }),
        button(say("type"), "keyboard", () => { this.typing = !this.typing; this.draw(); if (this.typing) this.input.focus(); }, { "aria-pressed": String(this.typing), "data-act": "type" }),
        carry ? button(this.carry ? `× ${this.carry}` : say("how-many"), "numbers", carry, { "data-act": "carry" }) : null));
  }

  /** The camera's picture and the field to type into, where they are open. */
  drawOpenTools() {
    return [
      this.cameraOn ? h("figure.camera", { "data-reading": this.camera.reading }, this.camera.video, h("div.aim", { "aria-hidden": "true" }), h("figcaption", {}, say(this.camera.reading ? "camera-aim" : "camera-starts")), this.camera.hasTorch ? button(say("camera-light"), "bulb", () => void this.camera.switchTorch()) : null) : null,
      this.typing ? this.typed : null,
    ];
  }

  #switchCamera() {
    if (this.cameraOn) return this.#stopCamera();
    this.cameraOn = true;
    void this.camera.start().then(() => this.draw());
    this.draw();
  }

  #stopCamera() {
    this.camera.stop();
    this.cameraOn = false;
    this.draw();
  }

  /** The screen stays lit while there is work in hand. */
  #stayAwake() {
    if (this.working) void navigator.wakeLock?.request("screen").then((lock) => { this.awake = lock; }, () => {});
  }
}

/** Made here, so that a scan is the same scan however often it is sent. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // a page without TLS has no randomUUID
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

const app = new App();
void app.start();
if ("serviceWorker" in navigator) {
  const first = !navigator.serviceWorker.controller;
  void navigator.serviceWorker.register(/** @type {string} */ (document.body.dataset.worker), { scope: document.body.dataset.root });
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (!first && !app.working && !app.pending.length) location.reload(); });
}
