// The order's page: acts open in a dialog over it, with what will happen; without scripts they are pages of their own.
"use strict";

(() => {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("act-dialog"));
  if (!dialog) return;
  /** @type {HTMLElement | null} */
  let opener = null;

  /** @param {string} address */
  const open = async (address) => {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const card = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("act");
    if (!answer.ok || answer.redirected || !card) { location.assign(address); return; }
    dialog.replaceChildren(document.adoptNode(card));
    if (window.htmx) window.htmx.process(dialog);
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button");
    if (first instanceof HTMLElement) first.focus();
  };

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-dialog]");
    if (link instanceof HTMLAnchorElement) {
      event.preventDefault();
      opener = link;
      open(link.href).catch(() => location.assign(link.href));
    } else if (dialog.open && (event.target === dialog || event.target.closest("#act-dialog [data-dialog-close]"))) {
      event.preventDefault();
      dialog.close();
    }
  });

  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(".act-form")) return;
    const button = form.querySelector("[data-do]");
    if (button instanceof HTMLButtonElement) setTimeout(() => { button.disabled = true; });
  });
})();
