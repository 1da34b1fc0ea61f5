// The packing station: a keyboard wedge is heard anywhere on the page, scans go out one after the other and survive a break in
// the network under the id they were given here, and every answer has its tone. Without this script the forms work by themselves.
(() => {
  "use strict";
  const station = document.getElementById("station");
  const net = document.getElementById("pack-net");
  if (!station || !window.fetch) return;

  /** @type {{url: string, body: URLSearchParams}[]} */
  const queue = [];
  let sending = false;
  let wedge = "";
  let last = 0;
  /** @type {AudioContext | null} */
  let audio = null;

  /** @param {Event} event */
  const submitted = (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-scan]")) return;
    event.preventDefault();
    const button = /** @type {SubmitEvent} */ (event).submitter;
    const data = new FormData(form);
    if (button instanceof HTMLButtonElement && button.name) data.set(button.name, button.value);
    if (data.get("weight") === "scale" && !data.get("text")) {
      const close = /** @type {HTMLButtonElement | null} */ (document.getElementById("pack-close"));
      data.set("text", close && !close.disabled ? "!close" : "!box");
    }
    send(form.action, data);
  };

  /** @param {string} url @param {FormData} data */
  const send = (url, data) => {
    if (window.crypto && crypto.randomUUID) data.set("scan_id", crypto.randomUUID());
    const body = new URLSearchParams();
    for (const [name, value] of data) body.set(name, String(value));
    queue.push({ url, body });
    pump();
  };

  const pump = async () => {
    if (sending) return;
    sending = true;
    while (queue.length) {
      try {
        const answer = await fetch(queue[0].url, { method: "POST", body: queue[0].body, headers: { "X-Station": "1" }, redirect: "manual" });
        if (answer.headers.get("X-Go")) { location.assign(answer.headers.get("X-Go") || ""); return; }
        if (answer.type === "opaqueredirect" || answer.status === 403) { location.reload(); return; }
        if (answer.status >= 500) throw new Error(String(answer.status));
        queue.shift();
        show(await answer.text());
      } catch {
        if (net) { net.textContent = `${queue.length} ${station.dataset.unsent}`; net.hidden = false; }
        await new Promise((again) => { setTimeout(again, 2000); });
      }
    }
    if (net) net.hidden = true;
    sending = false;
  };

  /** @param {string} html */
  const show = (html) => {
    station.innerHTML = html;
    const answer = document.getElementById("pack-answer");
    tone(answer ? answer.dataset.tone || "" : "");
    const work = station.querySelector(".pack-tile.begun");
    if (work) work.scrollIntoView({ block: "nearest" });
    focus();
  };

  const focus = () => {
    const field = document.getElementById("scan");
    if (field) field.focus({ preventScroll: true });
  };

  /** High for right, twice low for wrong. @param {string} kind */
  const tone = (kind) => {
    if (!kind) return;
    try {
      audio = audio || new AudioContext();
      const at = audio.currentTime;
      for (const [start, pitch] of kind === "right" ? [[0, 1320]] : [[0, 220], [0.22, 220]]) {
        const sound = audio.createOscillator();
        const volume = audio.createGain();
        sound.frequency.value = pitch;
        sound.type = kind === "right" ? "sine" : "square";
        volume.gain.setValueAtTime(0.12, at + start);
        volume.gain.exponentialRampToValueAtTime(0.001, at + start + 0.18);
        sound.connect(volume).connect(audio.destination);
        sound.start(at + start);
        sound.stop(at + start + 0.2);
      }
    } catch { /* no sound: the color, the mark and the sentence say it */ }
  };

  // A wedge types fast and ends with Enter, wherever the cursor is; a person types into fields.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = /** @type {HTMLElement} */ (event.target);
    if (at.matches("input, textarea, select") || at.closest("dialog")) return;
    const now = event.timeStamp;
    if (now - last > 120) wedge = "";
    last = now;
    if (event.key === "Enter") {
      const field = /** @type {HTMLInputElement | null} */ (document.getElementById("scan"));
      if (wedge.length >= 2 && field && field.form) {
        event.preventDefault();
        event.stopPropagation();
        field.value = wedge;
        field.form.requestSubmit();
      }
      wedge = "";
    } else if (event.key.length === 1) {
      wedge += event.key;
      if (wedge.length > 1) event.stopPropagation(); // the console's own keys are not meant
    }
  }, true);

  document.addEventListener("submit", submitted);
  focus();
})();
