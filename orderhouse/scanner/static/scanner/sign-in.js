// Before the work: enrolling the device once, signing in by badge.
import { Refused, post } from "./api.js";
import { button, h, icon } from "./draw.js";
import { drawPad } from "./pad.js";
import { say } from "./say.js";
import { barcode } from "./symbols.js";
import { sound, wake } from "./tones.js";

/** @typedef {import("./app.js").App} App */

/** The device is not known here. @param {App} app */
export function enrollView(app) {
  const { person, nodes = [] } = app.me ?? {};
  const head = h("header.hello", {}, h("img", { src: document.body.dataset.mark, alt: "", width: 56, height: 56 }), h("h1", {}, say("scanner")));
  if (!person) {
    return h("main.door", {}, head, h("p.lead", {}, say("not-enrolled")),
      h("a.btn.act", { href: document.body.dataset.console }, icon("lock"), h("span", {}, say("sign-in-to-enroll"))));
  }
  if (!person.manages && !person.badge) {
    return h("main.door", {}, head, h("p.lead", {}, say("cannot-enroll", person)),
      h("a.btn", { href: document.body.dataset.console }, icon("user-circle"), h("span", {}, say("sign-in-else"))));
  }
  app.form ??= h("form", { onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); void enroll(app); } },
    h("label", {}, say("works-at"), h("select", { name: "node", required: true }, nodes.map((/** @type {any} */ node) => h("option", { value: node.code }, `${node.code} · ${node.name}`)))),
    h("label", {}, say("name-it"), h("input", { name: "name", maxlength: 60, placeholder: say("name-example"), autocomplete: "off" })),
    person.manages ? h("label.check", {}, h("input", { type: "checkbox", name: "practice" }), h("span", {}, h("b", {}, say("practice-device")), ` ${say("practice-told")}`)) : null,
    h("button.btn.act", {}, icon("device-mobile"), h("span", {}, say("enroll"))));
  const whose = person.manages ? say("for-any-badge") : say("for-one-badge", { badge: person.badge.code });
  return h("main.door", {}, head, h("p.lead", {}, whose), app.form, bad(app));
}

/** @param {App} app */
async function enroll(app) {
  const values = new FormData(/** @type {HTMLFormElement} */ (app.form));
  try {
    const told = await post("enroll", { node: values.get("node"), name: values.get("name"), practice: values.get("practice") === "on" });
    app.form = null;
    await app.signedIn(told);
  } catch (error) {
    app.say("wrong", error instanceof Refused ? error.sentence : say("no-network-enroll"));
  }
}

/** Nobody holds the device. @param {App} app */
export function badgeView(app) {
  const { device, person } = app.me;
  const own = person?.badge;
  if (app.pin) {
    const pin = app.pin;
    return h("main.door", {}, h("h1", {}, say("your-pin")), h("p.lead", {}, `${say("badge")} `, h("code", {}, pin.badge)), bad(app),
      drawPad(pin.pad, () => app.draw()));
  }
  const waits = app.pending.length ? h("p.note.risk", {}, icon("cloud-up"), say("scans-wait-of", { count: app.pending.length, badge: app.pending[0].badge })) : null;
  return h("main.door", {}, h("p.where", {}, h("code", {}, device.code), ` ${device.name} · ${device.node_name}`), h("h1", {}, say("scan-your-badge")),
    h("figure.badge", { "aria-hidden": "true" }, icon("id-badge-2"), barcode(`B.${device.practice_badge || own?.code || "000"}`, say("a-badge"))),
    bad(app), waits,
    own && own.code !== device.practice_badge ? button(say("go-on-as", { email: app.me.person.email, badge: own.code }), "user-circle", () => { wake(); void signIn(app, own.code); }, { class: "act" }) : null,
    device.practice_badge ? button(say("practice-badge", { badge: device.practice_badge }), "hand-finger", () => { wake(); void signIn(app, `B.${device.practice_badge}`); }, { class: "practice", "data-act": "practice-badge" }) : null,
    person?.manages ? h("a.btn", { href: `${document.body.dataset.root}devices` }, icon("device-mobile"), h("span", {}, say("all-scanners"))) : null,
    app.drawTools());
}

/** @param {App} app @param {string} badge as scanned @param {string} [pin] */
export async function signIn(app, badge, pin = "") {
  try {
    const told = await post("sign-in", { badge, pin });
    app.pin = null;
    sound("right");
    await app.signedIn(told);
  } catch (error) {
    if (!(error instanceof Refused)) return app.say("wrong", say("no-network-sign-in"));
    if (error.code === "not-enrolled") return void app.refresh();
    if (error.code === "pin-needed") {
      sound("right");
      app.pin = { badge, pad: { title: say("pin"), value: "", secret: true, most: 8, label: () => say("sign-in"), may: (/** @type {string} */ digits) => digits.length >= 4, done: (/** @type {string} */ digits) => void signIn(app, badge, digits), close: () => { app.pin = null; app.draw(); } } };
      app.band = null;
      return app.draw();
    }
    if (app.pin) app.pin.pad.value = "";
    app.say("wrong", error.sentence);
  }
}

/** @param {App} app */
const bad = (app) => (app.band ? h("p.band", { class: app.band.tone, role: "status" }, icon(app.band.tone === "right" ? "check" : "x"), h("span", {}, app.band.sentence)) : null);
