// What a step chart stood at under the pointer. The chart itself is drawn by the server; its numbers stand in the table below it.

/** @param {HTMLElement} box @param {number} clientX */
function point(box, clientX) {
  const svg = box.querySelector("svg"), line = box.querySelector(".chart-here"), said = box.querySelector("[data-said]");
  if (!svg || !line || !said) return;
  const left = Number(box.dataset.left), right = Number(box.dataset.right);
  const frame = svg.getBoundingClientRect();
  const x = Math.min(right, Math.max(left, ((clientX - frame.left) / frame.width) * svg.viewBox.baseVal.width));
  const since = Number(box.dataset.since), until = Number(box.dataset.until);
  const moment = since + ((x - left) / (right - left)) * (until - since);
  let units = Number(box.dataset.start);
  for (const pair of (box.dataset.points || "").split(";")) {
    const [at, after] = pair.split(",").map(Number);
    if (pair && at <= moment) units = after;
  }
  line.setAttribute("x1", String(x)); line.setAttribute("x2", String(x)); line.setAttribute("visibility", "visible");
  box.dataset.rest ??= said.textContent || "";
  const format = /** @type {Intl.DateTimeFormatOptions} */ ({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  said.textContent = `${new Date(moment * 1000).toLocaleString(document.documentElement.lang, format)}: ${units.toLocaleString(document.documentElement.lang)}`;
}

document.addEventListener("pointermove", (event) => {
  const at = /** @type {Element} */ (event.target);
  const box = /** @type {HTMLElement | null} */ (at.closest?.("[data-chart]"));
  for (const other of document.querySelectorAll("[data-chart]")) if (other !== box) rest(/** @type {HTMLElement} */ (other));
  if (box) point(box, event.clientX);
});

/** @param {HTMLElement} box */
function rest(box) {
  if (box.dataset.rest === undefined) return;
  const said = box.querySelector("[data-said]");
  if (said) said.textContent = box.dataset.rest;
  delete box.dataset.rest;
  box.querySelector(".chart-here")?.setAttribute("visibility", "hidden");
}
