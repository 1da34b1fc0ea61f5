// The console's few manners: rows are clickable, codes copyable, a page that nobody looks at asks for nothing.
"use strict";

const reading = () => document.hidden || (getSelection() && String(getSelection()).length > 0);

document.addEventListener("htmx:beforeRequest", (event) => {
  const box = event.detail.elt;
  const typing = box.contains(document.activeElement) && document.activeElement.matches("input, textarea");
  if (box.matches("[data-live]") && (reading() || typing || box.querySelector("details[open]"))) event.preventDefault();
});

const lost = (yes) => { const bar = document.getElementById("lost"); if (bar) bar.hidden = !yes; };
document.addEventListener("htmx:sendError", () => lost(true));
document.addEventListener("htmx:responseError", () => lost(true));
document.addEventListener("htmx:afterOnLoad", () => lost(false));

document.addEventListener("click", (event) => {
  if (event.target.closest("a, button, input, textarea, summary")) return;
  const code = event.target.closest("[data-copy]");
  if (code && navigator.clipboard) {
    navigator.clipboard.writeText(code.textContent.trim()).then(() => {
      code.classList.add("copied");
      setTimeout(() => code.classList.remove("copied"), 900);
    }, () => {});
    return;
  }
  const row = event.target.closest("tr[data-href]");
  if (row && !String(getSelection())) location.assign(row.dataset.href);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.matches("input, textarea")) {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});
