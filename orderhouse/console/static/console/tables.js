// Comfort for lists, by data attributes; without it the links, ticks and forms of the page do the same.
//   <table data-table="orders" data-total="812">  a list; its rows: <tr data-row="ID" data-href="/the/record">
//   <td data-pick><input type="checkbox" form="bulk" name="order" value="ID">  ticks a row; <input data-pick-all> all shown
//   <button data-look hidden>                     opens the record beside the list (the living part of its page)
//   <form data-bulk="orders">                     stays away until something is ticked; [data-bulk-count] tells how many,
//                                                 <input data-bulk-all> stands for all that match, [data-bulk-none] unticks
// Keys: j and k move, x ticks, Shift ticks a range, Enter opens, Space looks, Ctrl-A ticks all shown, Escape closes.
// What is ticked is known by row id, so it outlives a refresh that morphs, replaces or reorders the rows.
"use strict";

/** @type {Map<string, Set<string>>} ticked row ids by table */
const ticked = new Map();
/** @type {{table: string, row: string} | null} the row that j and k stand on */
let at = null;
/** @type {string | null} where a range begins */
let anchor = null;
/** @type {HTMLElement | null} */
let panel = null;
/** @type {string | null} the record in the panel */
let looked = null;

/** @returns {HTMLTableElement | null} */
const tableOf = (/** @type {Element} */ element) => element.closest("table[data-table]");
const nameOf = (/** @type {HTMLTableElement} */ table) => table.dataset.table ?? "";
/** @returns {HTMLTableRowElement[]} */
const rowsOf = (/** @type {HTMLTableElement} */ table) => [...table.querySelectorAll("tr[data-row]")];
const boxOf = (/** @type {Element} */ row) => /** @type {HTMLInputElement | null} */ (row.querySelector("[data-pick] input[type=checkbox]"));
const idOf = (/** @type {HTMLElement} */ row) => row.dataset.row ?? "";
const setOf = (/** @type {string} */ name) => { if (!ticked.has(name)) ticked.set(name, new Set()); return /** @type {Set<string>} */ (ticked.get(name)); };
const typing = (/** @type {Element} */ target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

/** Make what is drawn agree with what is known; changes nothing that agrees already, so it may run after every mutation. */
function agree() {
  for (const table of /** @type {NodeListOf<HTMLTableElement>} */ (document.querySelectorAll("table[data-table]"))) {
    const chosen = setOf(nameOf(table));
    const bulk = /** @type {HTMLFormElement | null} */ (document.querySelector(`form[data-bulk="${CSS.escape(nameOf(table))}"]`));
    const everything = /** @type {HTMLInputElement | null} */ (bulk?.querySelector("[data-bulk-all]"))?.checked ?? false;
    const rows = rowsOf(table);
    for (const row of rows) {
      const box = boxOf(row), yes = everything || chosen.has(idOf(row));
      if (box && box.checked !== yes) box.checked = yes;
      if (row.classList.contains("ticked") !== yes) row.classList.toggle("ticked", yes);
      const here = at !== null && at.table === nameOf(table) && at.row === idOf(row);
      if (row.classList.contains("at") !== here) row.classList.toggle("at", here);
      const open = looked === row.dataset.href;
      if (row.classList.contains("looked") !== open) row.classList.toggle("looked", open);
      const look = /** @type {HTMLElement | null} */ (row.querySelector("[data-look]"));
      if (look && look.hidden) look.hidden = false;
    }
    const all = /** @type {HTMLInputElement | null} */ (table.querySelector("[data-pick-all]"));
    const shown = rows.filter((row) => boxOf(row)?.checked).length;
    if (all) { all.checked = shown > 0 && shown === rows.length; all.indeterminate = shown > 0 && shown < rows.length; }
    if (bulk) tell(bulk, table, chosen, everything);
  }
}

function tell(/** @type {HTMLFormElement} */ bulk, /** @type {HTMLTableElement} */ table, /** @type {Set<string>} */ chosen, /** @type {boolean} */ everything) {
  const total = Number(table.dataset.total ?? 0), many = everything ? total : chosen.size;
  const write = (/** @type {string} */ selector, /** @type {string} */ text) => { const place = bulk.querySelector(selector); if (place && place.textContent !== text) place.textContent = text; };
  const show = (/** @type {string} */ selector, /** @type {boolean} */ yes) => { const place = /** @type {HTMLElement | null} */ (bulk.querySelector(selector)); if (place && place.hidden === yes) place.hidden = !yes; };
  write("[data-bulk-count]", many.toLocaleString());
  show("[data-bulk-one]", many === 1);
  show("[data-bulk-many]", many !== 1);
  show("[data-bulk-none]", many > 0);
  show(".bulk-all", total > chosen.size || everything);
  if (bulk.hidden !== (many === 0)) bulk.hidden = many === 0;
  // ids that a refresh took off the screen, or that stand on another page, are sent as well
  const shown = new Set(rowsOf(table).map(idOf));
  const away = everything ? [] : [...chosen].filter((id) => !shown.has(id));
  const kept = /** @type {HTMLInputElement[]} */ ([...bulk.querySelectorAll("input[data-away]")]);
  if (kept.map((input) => input.value).join() !== away.join()) {
    for (const input of kept) input.remove();
    const name = boxOf(rowsOf(table)[0] ?? table)?.name ?? "order";
    for (const id of away) { const input = document.createElement("input"); input.type = "hidden"; input.name = name; input.value = id; input.dataset.away = ""; bulk.append(input); }
  }
}

function tick(/** @type {HTMLTableElement} */ table, /** @type {HTMLElement} */ row, /** @type {boolean} */ yes, /** @type {boolean} */ range) {
  const chosen = setOf(nameOf(table)), rows = rowsOf(table);
  const all = /** @type {HTMLInputElement | null} */ (document.querySelector(`form[data-bulk="${CSS.escape(nameOf(table))}"] [data-bulk-all]`));
  if (all?.checked) { all.checked = false; for (const each of rows) chosen.add(idOf(each)); }
  const from = rows.findIndex((each) => idOf(each) === anchor), to = rows.indexOf(/** @type {HTMLTableRowElement} */ (row));
  const span = range && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [row];
  for (const each of span) if (boxOf(each)) { if (yes) chosen.add(idOf(each)); else chosen.delete(idOf(each)); }
  anchor = idOf(row);
  agree();
}

function move(/** @type {number} */ step) {
  const table = /** @type {HTMLTableElement | null} */ (at && document.querySelector(`table[data-table="${CSS.escape(at.table)}"]`)) ?? document.querySelector("table[data-table]");
  if (!table) return;
  const rows = rowsOf(table), place = rows.findIndex((row) => at !== null && idOf(row) === at.row);
  const row = rows[place < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, place + step))];
  if (!row) return;
  at = { table: nameOf(table), row: idOf(row) };
  agree();
  row.scrollIntoView({ block: "nearest" });
  /** @type {HTMLElement | null} */ (row.querySelector("a[href]"))?.focus({ preventScroll: true });
  if (looked !== null) void look(row);
}

const current = () => /** @type {HTMLTableRowElement | null} */ (at && document.querySelector(`table[data-table="${CSS.escape(at.table)}"] tr[data-row="${CSS.escape(at.row)}"]`));

/** Show a row's record beside the list: the living part of its own page. */
async function look(/** @type {HTMLElement} */ row) {
  const href = row.dataset.href, table = tableOf(row);
  if (!href || !table) return;
  at = { table: nameOf(table), row: idOf(row) };
  looked = href;
  if (!panel) {
    const words = /** @type {HTMLTemplateElement} */ (document.getElementById("side-panel"));
    panel = /** @type {HTMLElement} */ (document.importNode(words.content, true).firstElementChild);
    document.body.append(panel);
  }
  panel.hidden = false;
  document.documentElement.dataset.side = "open";
  const page = /** @type {HTMLAnchorElement} */ (panel.querySelector("[data-side-page]"));
  page.href = href;
  agree();
  const body = /** @type {HTMLElement} */ (panel.querySelector(".side-body"));
  body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(href, { headers: { "HX-Request": "true", "HX-Target": "live" }, credentials: "same-origin" });
    if (looked !== href) return;
    if (!answer.ok) throw new Error(String(answer.status));
    body.innerHTML = await answer.text();
    for (const double of body.querySelectorAll("[id]")) double.removeAttribute("id");
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (body.querySelectorAll('a[href^="?"], a[href^="#"]'))) link.href = href + link.getAttribute("href");
    /** @type {any} */ (window).htmx?.process(body);
    body.scrollTop = 0;
  } catch {
    if (looked === href) body.textContent = panel.dataset.lost ?? "";
  } finally {
    body.removeAttribute("aria-busy");
  }
}

function close() {
  if (!panel || panel.hidden) return false;
  panel.hidden = true;
  delete document.documentElement.dataset.side;
  looked = null;
  agree();
  /** @type {HTMLElement | null} */ (current()?.querySelector("a[href]"))?.focus({ preventScroll: true });
  return true;
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-side-close]")) { close(); return; }
  if (target.closest("[data-bulk-none]")) {
    const bulk = /** @type {HTMLFormElement} */ (target.closest("form[data-bulk]"));
    setOf(bulk.dataset.bulk ?? "").clear();
    const all = /** @type {HTMLInputElement | null} */ (bulk.querySelector("[data-bulk-all]"));
    if (all) all.checked = false;
    agree();
    return;
  }
  if (target.closest("[data-bulk-all]")) { agree(); return; }
  const table = tableOf(target);
  if (!table) return;
  if (target.closest("[data-pick-all]")) {
    const yes = /** @type {HTMLInputElement} */ (target).checked, chosen = setOf(nameOf(table));
    for (const row of rowsOf(table)) if (yes) chosen.add(idOf(row)); else chosen.delete(idOf(row));
    agree();
    return;
  }
  const row = /** @type {HTMLElement | null} */ (target.closest("tr[data-row]"));
  if (!row) return;
  if (target.closest("[data-look]")) { event.stopPropagation(); void look(row); return; }
  const box = boxOf(row), cell = target.closest("[data-pick]"), byKey = event.shiftKey || event.ctrlKey || event.metaKey;
  if (box && (cell || (byKey && !target.closest("a, button")))) {
    event.stopPropagation();
    if (target !== box) event.preventDefault();
    at = { table: nameOf(table), row: idOf(row) };
    tick(table, row, target === box ? box.checked : event.shiftKey ? true : !box.checked, event.shiftKey);
    if (event.shiftKey) getSelection()?.removeAllRanges();
  }
}, true);

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (close()) { event.preventDefault(); return; }
    for (const drop of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.drop[open]"))) { drop.open = false; drop.querySelector("summary")?.focus(); }
    return;
  }
  if (typing(target) || event.altKey || !document.querySelector("table[data-table]")) return;
  const row = current();
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
    const table = document.querySelector(".queue[data-table], table[data-table]");
    if (!(table instanceof HTMLTableElement) || !table.querySelector("[data-pick]")) return;
    event.preventDefault();
    for (const each of rowsOf(table)) setOf(nameOf(table)).add(idOf(each));
    agree();
  } else if (event.ctrlKey || event.metaKey) {
    return;
  } else if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
  } else if (event.key.toLowerCase() === "x" && row && tableOf(row)) {
    event.preventDefault();
    tick(/** @type {HTMLTableElement} */ (tableOf(row)), row, event.shiftKey || !boxOf(row)?.checked, event.shiftKey);
  } else if (event.key === "Enter" && row && !target.closest("a, button, summary, input")) {
    event.preventDefault();
    location.assign(row.dataset.href ?? "");
  } else if (event.key === " " && row && !target.closest("button, summary, input")) {
    event.preventDefault();
    if (looked === row.dataset.href) close(); else void look(row);
  }
});

document.addEventListener("click", (event) => {
  for (const drop of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.drop[open]"))) {
    if (!drop.contains(/** @type {Node} */ (event.target))) drop.open = false;
  }
});

// A refresh may take marks away: morphing resets ticks and classes to what the server drew.
let due = false;
new MutationObserver(() => {
  if (due) return;
  due = true;
  queueMicrotask(() => { due = false; agree(); });
}).observe(document.getElementById("page") ?? document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "checked", "data-total", "hidden"] });
for (const name of ["htmx:afterSettle", "htmx:afterSwap", "live:renewed"]) document.addEventListener(name, agree);
addEventListener("pageshow", () => agree());
document.documentElement.dataset.tables = "ready";
agree();
