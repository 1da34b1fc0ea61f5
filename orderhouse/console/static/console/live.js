// Pages that live: told by one stream what changed, a page fetches its living part (#live) again and morphs it in place, so that
// open details, focus, typed text, ticked rows, scroll and selected text survive. While it cannot listen, it looks every few seconds.
//
//   #live[data-topics]   what the page looks at, comma-separated
//   #live[data-listen]   where the stream is; empty: nowhere
//   #live[data-refresh]  seconds between two looks while the page cannot listen; absent: the page stands still
//   #live[data-made]     when the page was made, milliseconds
"use strict";

(() => {
  const live = document.getElementById("live");
  if (!live) return;

  const PACE = 1000; // at most one look a second
  const CALM = 60_000; // a look now and then even while listening: relative things age, and belt and braces
  const FLASH = 1000;
  const PATIENCE = 10_000; // how long a look waits for somebody who is selecting text
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // ── relative times tick by themselves ──────────────────────────────────────────────────────────────────────────────
  // The words are the server's ({% ago %}); only where the page says it in the same words is a time made to tick.
  const UNITS = [[86_400, "d"], [3_600, "h"], [60, "min"]];

  /** @param {number} seconds since (negative: until) @returns {string} */
  const span = (seconds) => {
    const far = Math.abs(seconds);
    for (const [size, unit] of UNITS) {
      if (far < size) continue;
      const rest = far % size;
      let said = `${Math.floor(far / size)} ${unit}`;
      if (unit === "h" && rest >= 60 && far < 36_000) said += ` ${Math.floor(rest / 60)} min`;
      return seconds >= 0 ? `${said} ago` : `in ${said}`;
    }
    if (far < 2) return "now";
    return seconds >= 0 ? `${far} s ago` : `in ${far} s`;
  };
  const RELATIVE = /^(now|in \d.*|\d.* ago)$/;
  const tick = () => {
    for (const time of document.querySelectorAll("time[datetime]")) {
      if (!RELATIVE.test(time.textContent.trim())) continue;
      const said = span(Math.trunc((Date.now() - Date.parse(time.dateTime)) / 1000));
      if (time.textContent !== said) time.firstChild.nodeValue = said;
    }
  };
  setInterval(() => document.hidden || tick(), 1000);

  // ── morphing ───────────────────────────────────────────────────────────────────────────────────────────────────────
  const TYPED = "input:not([type=checkbox], [type=radio], [type=hidden], [type=submit], [type=button]), textarea, select";

  /** @param {Element} field @returns {boolean} whether somebody changed it since the page was made */
  const dirty = (field) =>
    field.tagName === "SELECT"
      ? [...field.options].some((option) => option.selected !== option.defaultSelected) &&
        [...field.options].some((option) => option.defaultSelected)
      : field.value !== field.defaultValue;

  /** Whether the region is in somebody's hands: a dialog open, a form half filled, an htmx request of its own under way. */
  const busy = () =>
    live.querySelector("dialog[open], [popover]:popover-open, [aria-busy=true]") !== null ||
    [...live.querySelectorAll(TYPED)].some(dirty);

  const selecting = () => {
    const chosen = getSelection();
    return chosen && !chosen.isCollapsed && live.contains(chosen.anchorNode);
  };

  // What flashes: a row nobody saw before, the cells that changed of a row that was there, and figures that changed. Rows of a list
  // are known by where they lead (data-href), other rows by what they say; how long ago something was is no news.
  const FIGURES = ".figure, .tabs b, [data-flash]";

  /** @param {Element} place @returns {string} its words without relative times */
  const words = (place) => {
    const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    let said = "";
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("time")) said += walk.currentNode.nodeValue;
    return said.replace(/\s+/g, " ");
  };

  const key_rows = (tree) => {
    for (const row of tree.querySelectorAll("tr[data-href]:not([id])")) row.id = `row:${row.dataset.href}`;
  };

  const said = () => {
    const places = new Map();
    for (const place of live.querySelectorAll(`${FIGURES}, tbody td`)) places.set(place, words(place));
    return { places, rows: new Set([...live.querySelectorAll("tbody tr")].map(words)) };
  };

  const flash = (before) => {
    if (still.matches) return;
    const changed = (place) => before.places.has(place) && before.places.get(place) !== words(place);
    const moved = [...live.querySelectorAll(FIGURES)].filter(changed);
    for (const row of live.querySelectorAll("tbody tr")) {
      if (before.rows.has(words(row))) continue;
      const known = row.id && [...row.cells].some((cell) => before.places.has(cell));
      moved.push(...(known ? [...row.cells].filter(changed) : [row]));
    }
    for (const place of moved.slice(0, 100)) {
      place.classList.add("moved");
      setTimeout(() => place.classList.remove("moved"), FLASH);
    }
  };

  const keep = {
    /** What the person at the page decides, the server does not: what is open, ticked or being typed. */
    beforeAttributeUpdated: (name, element) =>
      !(
        (name === "open" && element.matches("details, dialog")) ||
        (name === "checked" && element.matches("input")) ||
        (name === "class" && element.classList.contains("moved"))
      ),
    beforeNodeMorphed: (old) => !(old instanceof Element && old.hasAttribute("data-keep")),
    // A part that was loaded into a place of its own stays until that place asks again.
    beforeNodeRemoved: (old) => !(old.parentElement && old.parentElement.hasAttribute("data-keep")),
  };

  const mark = (box) => `${box.name} ${box.value}`;
  htmx.defineExtension("living", {
    isInlineSwap: (style) => style === "living",
    handleSwap: (style, target, fragment) => {
      if (style !== "living") return false;
      const boxes = "input:is([type=checkbox], [type=radio])";
      const ticked = new Map([...target.querySelectorAll(boxes)].map((box) => [mark(box), box.checked]));
      key_rows(target);
      key_rows(fragment);
      const before = said();
      Idiomorph.morph(target, fragment.childNodes, { morphStyle: "innerHTML", ignoreActiveValue: true, callbacks: keep });
      // Rows move: a tick belongs to its value, not to the place in the list.
      for (const box of target.querySelectorAll(boxes)) {
        box.checked = ticked.has(mark(box)) ? ticked.get(mark(box)) : box.defaultChecked;
      }
      tick();
      flash(before);
      return [target];
    },
  });
  live.setAttribute("hx-ext", "living");

  // ── looking again ──────────────────────────────────────────────────────────────────────────────────────────────────
  let wanted = false;
  let looking = false;
  let lookedAt = Number(live.dataset.made) || Date.now();
  let timer = 0;

  const look = () => {
    if (!wanted || looking || document.hidden) return;
    const wait = lookedAt + PACE - Date.now();
    if (wait > 0 || busy() || (selecting() && Date.now() - lookedAt < PATIENCE)) {
      clearTimeout(timer);
      timer = setTimeout(look, Math.max(wait, 300));
      return;
    }
    wanted = false;
    looking = true;
    lookedAt = Date.now();
    htmx.ajax("GET", location.pathname + location.search, { source: live, target: live, swap: "living" }).finally(() => {
      looking = false;
      look();
    });
  };
  const want = () => { wanted = true; look(); };

  document.addEventListener("htmx:beforeSwap", (event) => {
    // Somebody began to type, or opened a dialog, while the answer was on its way: it comes again later.
    if (event.detail.target !== live || event.detail.requestConfig?.elt !== live) return;
    if (busy()) { event.detail.shouldSwap = false; wanted = true; }
  });

  // ── whether we hear ────────────────────────────────────────────────────────────────────────────────────────────────
  const bar = document.getElementById("lost");
  let answering = true;
  let hearing = true;
  const show = () => {
    if (bar) bar.hidden = answering && hearing;
    document.documentElement.dataset.live = answering && hearing ? "yes" : "no";
    document.dispatchEvent(new CustomEvent("orderhouse:connection", { detail: { answering, hearing } }));
  };
  const mine = (event) => event.detail.elt === live || event.detail.requestConfig?.elt === live;
  document.addEventListener("htmx:sendError", (event) => { if (mine(event)) { answering = false; show(); } });
  document.addEventListener("htmx:responseError", (event) => { if (mine(event)) { answering = false; show(); } });
  document.addEventListener("htmx:afterOnLoad", (event) => { if (mine(event) && !answering) { answering = true; show(); } });

  const { topics, listen } = live.dataset;
  const refresh = Number(live.dataset.refresh) * 1000;
  let stream = null;
  let again = 0;
  let pause = 2000;
  let hiddenAt = 0;

  const hang_up = () => { clearTimeout(again); stream?.close(); stream = null; };
  const listen_in = () => {
    if (!listen || !topics) return;
    hang_up();
    const since = hiddenAt || lookedAt;
    stream = new EventSource(`${listen}/events?topics=${encodeURIComponent(topics)}&since=${since}`, { withCredentials: true });
    stream.onopen = () => { pause = 2000; hiddenAt = 0; if (!hearing) { hearing = true; show(); want(); } };
    stream.onmessage = () => {
      document.body.dispatchEvent(new CustomEvent("orderhouse:live")); // hx-trigger="orderhouse:live from:body" hears it, too
      want();
    };
    stream.onerror = () => {
      hearing = false;
      show();
      if (stream?.readyState === EventSource.CLOSED) { // refused: the browser does not try again by itself
        again = setTimeout(listen_in, pause);
        pause = Math.min(pause * 2, 30_000);
      }
    };
  };

  if (refresh) {
    setInterval(() => {
      const calm = stream?.readyState === EventSource.OPEN;
      if (Date.now() - lookedAt >= (calm ? CALM : refresh) - 200) want();
    }, Math.min(refresh, 5000));
  }

  // A page nobody looks at asks for nothing and holds no connection; it catches up when it is seen again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      again = setTimeout(() => { if (document.hidden) hang_up(); }, 5000);
    } else {
      clearTimeout(again);
      tick();
      if (!stream || stream.readyState === EventSource.CLOSED) { listen_in(); want(); } else look();
    }
  });
  addEventListener("pagehide", hang_up);
  addEventListener("pageshow", (event) => { if (event.persisted) { listen_in(); want(); } });

  document.documentElement.dataset.live = "yes";
  listen_in();
  document.addEventListener("orderhouse:look", want); // other scripts may ask for a look, too
})();
