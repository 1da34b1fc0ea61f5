// The wall works for days with nobody near it: it renews itself, says when it cannot, and loads itself anew at a new version.
"use strict";

const EVERY = 4000;
/** Milliseconds without an answer before the figures count as old. */
const STALE = 15000;
/** A browser that has run this long is loaded anew, whatever it has gathered. */
const LONGEST = 12 * 3600 * 1000;

const wall = /** @type {HTMLElement} */ (document.getElementById("wall"));
const stale = /** @type {HTMLElement} */ (document.getElementById("stale"));
const version = wall.dataset.version;
const begun = Date.now();
let answered = Date.now();
/** How far the server's clock is ahead of this screen's, in milliseconds. */
let ahead = 0;

/** @param {string} text */
function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html").getElementById("wall-live");
  if (!page) throw new Error("not a wall");
  if (page.dataset.version !== version) return location.reload();
  wall.replaceChildren(document.importNode(page, true));
  answered = Date.now();
  ahead = Date.parse(page.dataset.at || "") - answered || 0;
  tick();
}

async function renew() {
  try {
    const answer = await fetch(location.href, { headers: { "X-Wall": "live" }, redirect: "error", signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.text());
    if (Date.now() - begun > LONGEST) location.reload();
  } catch {
    // what went wrong shows by the age of the figures
  }
  mark();
  setTimeout(renew, EVERY);
}

function mark() {
  const old = Date.now() - answered > STALE;
  stale.hidden = !old;
  document.body.classList.toggle("is-stale", old);
  const at = document.getElementById("stale-at");
  if (old && at) at.textContent = clockOf(new Date(answered + ahead));
}

/** @param {Date} moment */
function clockOf(moment) {
  const zone = document.getElementById("clock")?.dataset.zone;
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

function tick() {
  const now = Date.now() + ahead;
  const clock = document.getElementById("clock");
  if (clock) clock.textContent = clockOf(new Date(now));
  for (const each of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("time[data-until]"))) {
    const seconds = Math.trunc((Date.parse(each.dataset.until || "") - now) / 1000);
    const [sign, left] = [seconds < 0 ? "−" : "", Math.abs(seconds)];
    const [hours, minutes] = [Math.trunc(left / 3600), Math.trunc((left % 3600) / 60)];
    if (hours >= 48) each.textContent = `${sign}${Math.trunc(hours / 24)} d ${hours % 24} h`;
    else if (hours) each.textContent = `${sign}${hours} h ${String(minutes).padStart(2, "0")} min`;
    else each.textContent = `${sign}${minutes}:${String(left % 60).padStart(2, "0")} min`;
  }
  mark();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
});

let still = 0;
document.addEventListener("pointermove", () => {
  document.body.classList.remove("idle-pointer");
  clearTimeout(still);
  still = setTimeout(() => document.body.classList.add("idle-pointer"), 3000);
});

ahead = Date.parse(document.getElementById("wall-live")?.dataset.at || "") - answered || 0;
setInterval(tick, 1000);
setTimeout(renew, EVERY);
tick();
