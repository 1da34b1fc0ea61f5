// The command bar: Ctrl-K or / opens it, results come as you type, arrows choose, Enter opens. Without scripts its link is a page.
"use strict";
{
  const PAUSE = 120;
  const dialog = document.getElementById("command");
  if (dialog) {
    const input = dialog.querySelector("input");
    const found = document.getElementById("command-found");
    /** What the list below the input answers to; Enter waits until it is what was typed. */
    let answered = null;
    let timer = 0;
    let asking = null;
    let opening = false;

    const options = () => [...found.querySelectorAll("[role=option]")];
    const chosen = () => found.querySelector("[aria-selected=true]");

    const choose = (option) => {
      chosen()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) input.setAttribute("aria-activedescendant", option.id); else input.removeAttribute("aria-activedescendant");
    };

    const ask = async () => {
      const typed = input.value.trim();
      asking?.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(`${input.form.action}?${new URLSearchParams({ q: typed })}`, {
          headers: { "HX-Request": "true" }, signal: asking.signal, credentials: "same-origin",
        });
        if (answer.status === 401) { location.reload(); return; }
        if (!answer.ok) return;
        found.innerHTML = await answer.text();  // the server's own fragment, escaped there
        answered = typed;
        input.setAttribute("aria-expanded", String(options().length > 0));
        choose(options()[0]);
        if (opening) follow();
      } catch (error) {
        if (error.name !== "AbortError") document.getElementById("lost").hidden = false;
      }
    };

    const follow = () => {
      if (answered !== input.value.trim()) { opening = true; clearTimeout(timer); ask(); return; }
      opening = false;
      const option = chosen();
      if (option) location.assign(option.href);
    };

    const open = () => {
      if (!dialog.open) dialog.showModal();
      input.select();
      if (answered !== input.value.trim()) ask();
    };

    document.addEventListener("keydown", (event) => {
      const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.closest("input, textarea, select, [contenteditable]");
      const ctrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!(slash || ctrlK) || document.querySelector("dialog[open]:not(#command)")) return;
      event.preventDefault();
      open();
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-command]") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      open();
    });
    input.addEventListener("input", () => { opening = false; clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
    input.addEventListener("keydown", (event) => {
      const all = options();
      const at = all.indexOf(chosen());
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
      } else if (event.key === "Escape") {  // a search input would keep the first one for itself
        event.preventDefault();
        dialog.close();
      } else if (event.key === "Enter") {
        event.preventDefault();
        follow();
      }
    });
    found.addEventListener("pointermove", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && option !== chosen()) choose(option);
    });
  }
}
