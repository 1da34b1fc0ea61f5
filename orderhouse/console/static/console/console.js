// The console's few manners: rows are clickable, codes copyable. What renews a page stands in live.js.
"use strict";

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

// A table wider than its card scrolls by keys, too.
{
  const reach = () => {
    for (const box of document.querySelectorAll(".scroll:not([role])")) {
      const wide = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (wide && !box.hasAttribute("tabindex")) box.tabIndex = 0;
      if (!wide) box.removeAttribute("tabindex");
    }
  };
  for (const moment of ["DOMContentLoaded", "htmx:afterSettle"]) document.addEventListener(moment, reach);
  addEventListener("resize", reach, { passive: true });
}
