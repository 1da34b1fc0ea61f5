// Keys: "?" shows the sheet, g and a letter goes to a room, Escape closes a menu, the drawer opens on small screens.
// A page declares its own with <button data-key="h" data-key-does="hold the order">: pressing h clicks it; and names those that a
// script of its own handles with <template data-keys-of-page><div><dt><kbd>j</kbd></dt><dd>next row</dd></div></template>.
"use strict";
{
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const open = (dialog) => { if (dialog && !dialog.open) dialog.showModal(); };
  let going = 0;

  /** The page's own keys, as they stand now. */
  const ofThePage = () => {
    const section = document.getElementById("keys-page");
    const list = section.querySelector("dl");
    list.replaceChildren();
    for (const each of document.querySelectorAll("template[data-keys-of-page]")) list.append(each.content.cloneNode(true));
    for (const each of document.querySelectorAll("[data-key][data-key-does]")) {
      const row = document.createElement("div");
      const key = document.createElement("dt");
      key.append(Object.assign(document.createElement("kbd"), { textContent: each.dataset.key }));
      row.append(key, Object.assign(document.createElement("dd"), { textContent: each.dataset.keyDoes }));
      list.append(row);
    }
    section.hidden = list.childElementCount === 0;
  };

  const showKeys = () => { ofThePage(); open(document.getElementById("keys")); };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
      if (document.documentElement.dataset.drawer) drawer(false);
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (Date.now() - going < 1500) {
      going = 0;
      const room = document.querySelector(`.rail [data-go="${CSS.escape(event.key)}"]`);
      if (room) { event.preventDefault(); location.assign(room.href); }
      return;
    }
    if (event.key === "?") { event.preventDefault(); showKeys(); return; }
    if (event.key === "g") { going = Date.now(); return; }
    const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (own) { event.preventDefault(); own.click(); own.focus(); }
  });

  const drawer = (yes) => {
    const opener = document.querySelector("[data-drawer]");
    if (yes) document.documentElement.dataset.drawer = "open"; else delete document.documentElement.dataset.drawer;
    opener?.setAttribute("aria-expanded", String(yes));
    (yes ? document.querySelector(".rail a[aria-current], .rail li a") : opener)?.focus();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) { showKeys(); return; }
    if (event.target.closest("[data-dialog-close]")) { event.target.closest("dialog").close(); return; }
    if (event.target.matches("dialog.command, dialog.keys")) event.target.close();
    if (event.target.closest("[data-drawer]")) { event.preventDefault(); drawer(true); return; }
    if (event.target.closest("[data-drawer-close]")) { event.preventDefault(); drawer(false); return; }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  const start = () => {
    for (const each of document.querySelectorAll("[data-keys]")) each.hidden = false;
    const opener = document.querySelector("[data-drawer]");
    if (opener) { opener.setAttribute("role", "button"); opener.setAttribute("aria-expanded", "false"); opener.setAttribute("aria-controls", "rail"); }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
}
