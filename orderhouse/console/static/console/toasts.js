// Toasts: what was done, at the edge of the page. A success goes by itself unless somebody points at it; a fault stays.
// Scripts say something with: document.dispatchEvent(new CustomEvent("toast", {detail: {text: "...", tone: "success"}}));
// the server, to an htmx request, with the header HX-Trigger: {"toast": {"text": "...", "tone": "success"}}.
"use strict";
{
  const SHOWN = 9000;
  const list = () => document.getElementById("toasts");

  const go = (note) => { note.remove(); };

  const wait = (note) => {
    if (note.dataset.toast === "error" || note.dataset.toast === "warning") return;
    let timer = setTimeout(go, SHOWN, note);
    const stay = () => clearTimeout(timer);
    const leave = () => { clearTimeout(timer); timer = setTimeout(go, SHOWN / 2, note); };
    note.addEventListener("pointerenter", stay);
    note.addEventListener("focusin", stay);
    note.addEventListener("pointerleave", leave);
    note.addEventListener("focusout", leave);
  };

  const start = () => {
    for (const note of document.querySelectorAll("[data-toast]:not([data-started])")) {
      note.dataset.started = "";
      note.querySelector("[data-toast-close]").hidden = false;
      wait(note);
    }
  };

  /** @param {{text: string, tone?: string}} said */
  const say = ({ text, tone = "success" }) => {
    const form = document.getElementById("toast-form");
    if (!form || !list()) return;
    const note = form.content.firstElementChild.cloneNode(true);
    note.dataset.toast = tone;
    note.classList.add(tone);
    note.querySelector("use").setAttribute("href", `${list().dataset.icons}#${tone === "error" || tone === "warning" ? "alert-triangle" : "circle-check"}`);
    note.querySelector("p").textContent = text;
    list().append(note);
    start();
  };

  document.addEventListener("toast", (event) => { say(event.detail); });
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-toast-close]");
    if (close) go(close.closest("[data-toast]"));
  });
  document.addEventListener("htmx:afterSettle", start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
}
