// Finding items while typing ([data-sku-search]), one more line, country names, and the plan that follows what is typed.
"use strict";

/** @typedef {{sku: string, name: string, free: number, said: string, pack: number}} Item */

const list = document.createElement("ul");
list.className = "hits";
list.id = "sku-hits";
list.setAttribute("role", "listbox");
list.hidden = true;
/** @type {HTMLInputElement | null} */
let asker = null;
let question = 0;
let timer = 0;

const channel = () => /** @type {HTMLSelectElement | null} */ (document.querySelector("select[name=channel]"))?.value ?? "";
const hits = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=option]")]);

function shut() {
  list.hidden = true;
  asker?.setAttribute("aria-expanded", "false");
  asker?.removeAttribute("aria-activedescendant");
}

function choose(/** @type {HTMLElement} */ hit) {
  if (!asker) return;
  asker.value = hit.dataset.sku ?? "";
  const row = asker.closest("tr"), name = row?.querySelector("[data-sku-name]");
  if (name) name.textContent = hit.dataset.name ?? "";
  const quantity = /** @type {HTMLInputElement | null} */ (row?.querySelector("[name$='quantity']"));
  if (quantity && !quantity.value) quantity.value = hit.dataset.pack && hit.dataset.pack !== "0" ? hit.dataset.pack : "1";
  shut();
  asker.dispatchEvent(new Event("change", { bubbles: true }));
  quantity?.focus();
  quantity?.select();
}

function point(/** @type {number} */ step) {
  const all = hits();
  if (!all.length) return;
  const now = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  const next = all[(now + step + all.length) % all.length];
  for (const hit of all) hit.setAttribute("aria-selected", String(hit === next));
  asker?.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

async function ask(/** @type {HTMLInputElement} */ input) {
  const mine = ++question, text = input.value.trim();
  if (!text) { shut(); return; }
  const answer = await fetch(`${input.dataset.skuSearch}?${new URLSearchParams({ q: text, channel: channel() })}`, { credentials: "same-origin" });
  if (mine !== question || !answer.ok || document.activeElement !== input) return;
  /** @type {{items: Item[]}} */
  const { items } = await answer.json();
  list.replaceChildren(...items.map((item, n) => {
    const row = document.createElement("li");
    row.id = `sku-hit-${n}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(n === 0));
    Object.assign(row.dataset, { sku: item.sku, name: item.name, pack: String(item.pack) });
    const sku = document.createElement("code"), name = document.createElement("span"), free = document.createElement("span");
    sku.textContent = item.sku;
    name.textContent = item.name;
    name.className = "name";
    free.className = item.free > 0 ? "free" : "free none";
    free.textContent = item.said;
    row.append(sku, name, free);
    return row;
  }));
  if (!items.length) { shut(); return; }
  input.parentElement?.append(list);
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-activedescendant", "sku-hit-0");
  const exact = items.find((item) => item.sku === text);
  const name = input.closest("tr")?.querySelector("[data-sku-name]");
  if (name) name.textContent = exact?.name ?? "";
}

document.addEventListener("input", (event) => {
  const input = /** @type {Element} */ (event.target);
  if (!(input instanceof HTMLInputElement) || !input.dataset.skuSearch) return;
  asker = input;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "sku-hits");
  input.setAttribute("aria-autocomplete", "list");
  clearTimeout(timer);
  timer = setTimeout(() => void ask(input).catch(shut), 150);
});
document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== asker) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); point(event.key === "ArrowDown" ? 1 : -1); }
  if (event.key === "Enter" || event.key === "Tab") {
    const chosen = hits().find((hit) => hit.getAttribute("aria-selected") === "true");
    if (chosen) { event.preventDefault(); choose(chosen); }
  }
  if (event.key === "Escape") { event.stopPropagation(); shut(); }
});
list.addEventListener("mousedown", (event) => {
  const hit = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]"));
  if (hit) { event.preventDefault(); choose(hit); }
});
document.addEventListener("focusout", (event) => { if (event.target === asker) setTimeout(shut, 100); });

// Country names as the browser knows them; without it the codes stand.
const names = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "region" });
for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("select[data-countries]"))) {
  const options = [...select.options].slice(1), chosen = select.value;
  for (const option of options) { try { option.textContent = `${names.of(option.value)} (${option.value})`; } catch { /* the code stands */ } }
  options.sort((a, b) => (a.textContent ?? "").localeCompare(b.textContent ?? ""));
  select.append(...options);
  select.value = chosen;
}

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-place]"));
if (form) {
  const add = /** @type {HTMLButtonElement} */ (form.querySelector("[data-add-line]"));
  const body = /** @type {HTMLElement} */ (form.querySelector("[data-lines]"));
  const plan = /** @type {HTMLElement} */ (document.getElementById("plan"));
  let asked = 0, waits = 0, sent = false;

  add.hidden = false;
  add.addEventListener("click", () => {
    const rows = body.querySelectorAll("[data-line]"), last = rows[rows.length - 1];
    const row = /** @type {HTMLElement} */ (last.cloneNode(true));
    for (const old of row.querySelectorAll(".hits, .fault")) old.remove();
    for (const cell of row.querySelectorAll(".wrong")) cell.classList.remove("wrong");
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.name = input.name.replace(/\[\d+\]/, `[${rows.length}]`);
      input.setAttribute("aria-label", (input.getAttribute("aria-label") ?? "").replace(/\d+$/, String(rows.length + 1)));
    }
    const name = row.querySelector("[data-sku-name]");
    if (name) name.textContent = "";
    body.append(row);
    row.querySelector("input")?.focus();
  });

  const look = async () => {
    const mine = ++asked;
    plan.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.check ?? "", { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const text = await answer.text();
      if (mine === asked && answer.ok) plan.innerHTML = text;
    } finally {
      if (mine === asked) plan.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("change", () => { clearTimeout(waits); waits = setTimeout(() => void look().catch(() => {}), 250); });
  form.querySelector("[data-check-button]")?.addEventListener("click", (event) => { event.preventDefault(); void look().catch(() => {}); });
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();  // the form's id makes it one order anyway
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
  if (form.querySelector("[name$='sku'][value]:not([value=''])")) void look().catch(() => {});
}
