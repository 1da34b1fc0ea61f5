// Comfort for waves: a search that takes a while says how long, a choice of picker sends itself.
"use strict";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("plan-form"));
const progress = document.getElementById("plan-progress");
form?.addEventListener("submit", () => {
  const seconds = Number(new FormData(form).get("seconds")) || 0;
  const bar = progress?.querySelector("progress"), words = progress?.querySelector("span");
  if (!progress || !bar || !words) return;
  const begun = performance.now();
  progress.hidden = false;
  const tick = () => {
    const passed = (performance.now() - begun) / 1000;
    bar.value = seconds ? Math.min(99, (100 * passed) / (seconds + 0.5)) : 50;
    words.textContent = `${form.dataset.searching} · ${Math.min(seconds, Math.floor(passed))} / ${seconds} s`;
    setTimeout(tick, 200);
  };
  tick();
});
addEventListener("pageshow", () => { if (progress) progress.hidden = true; });

document.addEventListener("change", (event) => {
  const select = /** @type {Element} */ (event.target).closest("select[data-sends]");
  /** @type {HTMLSelectElement | null} */ (select)?.form?.requestSubmit();
});
