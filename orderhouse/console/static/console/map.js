// The map's manners: zoom and pan, bins by mouse and keyboard, and what changed painted anew. The page works without it: the
// drawing, the table and the bins' addresses come from the server.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const stage = document.getElementById("map-stage");
const map = /** @type {SVGSVGElement | null} */ (/** @type {unknown} */ (document.getElementById("map")));
if (stage && map) start(stage, map);

/** @param {HTMLElement} stage @param {SVGSVGElement} map */
function start(stage, map) {
  // ── zoom and pan ──────────────────────────────────────────────────────────────────────────────────────────────────
  const MOST = 14;
  let view = { k: 1, x: 0, y: 0 };
  let settle = 0;

  /** @param {{k: number, x: number, y: number}} next */
  function look(next) {
    const k = Math.min(MOST, Math.max(1, next.k));
    const { clientWidth: w, clientHeight: h } = stage;
    view = { k, x: Math.min(0, Math.max(w - w * k, next.x)), y: Math.min(0, Math.max(h - h * k, next.y)) };
    stage.classList.add("moving");
    map.style.transform = k === 1 ? "" : `translate(${view.x}px, ${view.y}px) scale(${k})`;
    clearTimeout(settle);
    settle = setTimeout(() => stage.classList.remove("moving"), 160); // then the browser draws it sharp again
  }

  /** Zoom by a factor about a point of the stage. @param {number} factor @param {number} px @param {number} py */
  function zoom(factor, px = stage.clientWidth / 2, py = stage.clientHeight / 2) {
    const k = Math.min(MOST, Math.max(1, view.k * factor));
    look({ k, x: px - ((px - view.x) * k) / view.k, y: py - ((py - view.y) * k) / view.k });
  }

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = stage.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });

  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let dragged = 0;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    dragged = 0;
  });
  addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const at = { x: event.clientX, y: event.clientY };
    dragged += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
    if (others.length) {
      const box = stage.getBoundingClientRect();
      const far = (/** @type {{x: number, y: number}} */ p) => Math.hypot(p.x - others[0].x, p.y - others[0].y);
      zoom(far(at) / Math.max(1, far(before)), (at.x + others[0].x) / 2 - box.left, (at.y + others[0].y) / 2 - box.top);
    } else if (dragged > 4) {
      look({ k: view.k, x: view.x + at.x - before.x, y: view.y + at.y - before.y });
    }
    fingers.set(event.pointerId, at);
  });
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, (event) => fingers.delete(/** @type {PointerEvent} */ (event).pointerId));

  const tools = stage.parentElement?.querySelector(".map-tools");
  tools?.addEventListener("click", (event) => {
    const asked = /** @type {Element} */ (event.target).closest("[data-zoom]")?.getAttribute("data-zoom");
    if (asked === "in") zoom(1.6);
    if (asked === "out") zoom(1 / 1.6);
    if (asked === "fit") look({ k: 1, x: 0, y: 0 });
  });

  // ── bins ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  const cells = /** @type {SVGRectElement[]} */ ([...document.querySelectorAll("#map-cells rect")]);
  const chosen = document.getElementById("map-chosen");
  const tip = document.getElementById("map-tip");
  const panel = document.getElementById("bin-panel");
  /** @type {SVGGraphicsElement | null} */
  let current = null;

  /** @param {string} code @returns {SVGGraphicsElement | null} */
  const named = (code) => map.querySelector(`[data-bin="${CSS.escape(code)}"]`);
  /** @param {SVGGraphicsElement} cell */
  const frame = (cell) => (cell instanceof SVGRectElement ? cell : /** @type {SVGRectElement} */ (cell.querySelector("rect"))).getBBox();

  /** Mark a place, and bring it into view. @param {SVGGraphicsElement} cell @param {number} [closer] */
  function mark(cell, closer) {
    current = cell;
    const at = frame(cell);
    for (const name of ["x", "y", "width", "height"]) chosen?.setAttribute(name, String(at[name]));
    if (closer && view.k < closer) zoom(closer / view.k);
    const seen = cell.getBoundingClientRect(), box = stage.getBoundingClientRect();
    const [cx, cy] = [seen.x + seen.width / 2 - box.x, seen.y + seen.height / 2 - box.y];
    const off = (v, most) => (v < 40 ? 40 - v + most / 4 : v > most - 40 ? most - 40 - v - most / 4 : 0);
    if (closer) look({ k: view.k, x: view.x + box.width / 2 - cx, y: view.y + box.height / 2 - cy });
    else look({ k: view.k, x: view.x + off(cx, box.width), y: view.y + off(cy, box.height) });
    say(cell);
  }

  /** @param {SVGGraphicsElement | null} cell */
  function say(cell) {
    if (!tip) return;
    tip.hidden = !cell;
    if (!cell) return;
    const seen = cell.getBoundingClientRect(), box = stage.getBoundingClientRect();
    tip.textContent = cell.dataset.bin ?? "";
    tip.style.left = `${Math.min(box.width - 50, Math.max(50, seen.x + seen.width / 2 - box.x))}px`;
    tip.style.top = `${Math.max(28, seen.y - box.y)}px`;
  }

  /** @param {string} code */
  async function open(code) {
    if (!panel) return;
    const address = stage.dataset.bins?.replace("BIN", encodeURIComponent(code)) ?? "";
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { location.assign(`?bin=${encodeURIComponent(code)}`); return; }
    panel.innerHTML = await answer.text();
    const here = new URL(location.href);
    here.searchParams.set("bin", code);
    history.replaceState(null, "", here);
    if (matchMedia("(max-width: 900px)").matches) panel.scrollIntoView({ behavior: "smooth", block: "nearest" });
  }

  map.addEventListener("click", (event) => {
    const cell = /** @type {SVGGraphicsElement | null} */ (/** @type {Element} */ (event.target).closest("[data-bin]"));
    if (!cell || dragged > 4) return;
    mark(cell);
    open(cell.dataset.bin ?? "");
  });
  map.addEventListener("pointerover", (event) => {
    say(/** @type {SVGGraphicsElement | null} */ (/** @type {Element} */ (event.target).closest("[data-bin]")));
  });
  map.addEventListener("pointerleave", () => say(null));
  document.addEventListener("click", (event) => {
    const to = /** @type {Element} */ (event.target);
    const link = to.closest("[data-open-bin]");
    const cell = link && named(link.getAttribute("data-open-bin") ?? "");
    if (cell) { event.preventDefault(); mark(cell, 3); open(cell.dataset.bin ?? ""); }
    if (to.closest("[data-close-bin]") && panel) {
      event.preventDefault();
      panel.replaceChildren();
      chosen?.setAttribute("width", "0");
      const here = new URL(location.href);
      here.searchParams.delete("bin");
      history.replaceState(null, "", here);
    }
  });

  /** The nearest bin in a direction: near along it, nearer still if not aside. @param {number} dx @param {number} dy */
  function beside(dx, dy) {
    if (!current) return cells[0] ?? null;
    const from = frame(current), x = from.x + from.width / 2, y = from.y + from.height / 2;
    let best = null, least = Infinity;
    for (const cell of cells) {
      const at = { x: +(cell.getAttribute("x") ?? 0) + +(cell.getAttribute("width") ?? 0) / 2 - x, y: +(cell.getAttribute("y") ?? 0) + +(cell.getAttribute("height") ?? 0) / 2 - y };
      const along = at.x * dx + at.y * dy, aside = Math.abs(at.x * dy) + Math.abs(at.y * dx);
      if (along > 0.05 && along + 4 * aside < least) { least = along + 4 * aside; best = cell; }
    }
    return best;
  }

  map.addEventListener("keydown", (event) => {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = arrows[event.key];
    if (way && event.shiftKey) look({ k: view.k, x: view.x - 80 * way[0], y: view.y - 80 * way[1] });
    else if (way) { const next = beside(way[0], way[1]); if (next) mark(next); }
    else if (event.key === "Enter" && current) open(current.dataset.bin ?? "");
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") look({ k: 1, x: 0, y: 0 });
    else if (event.key === "Escape") say(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const asked = new URL(location.href).searchParams.get("bin");
  const first = asked && named(asked);
  if (first) mark(first, 1.6);

  // ── what changed ──────────────────────────────────────────────────────────────────────────────────────────────────
  let shown = state();
  /** @returns {{cells: string, tours: any[]}} */
  function state() {
    const text = document.getElementById("map-state")?.dataset.state;
    return text ? JSON.parse(text) : { cells: "", tours: [] };
  }

  function renew() {
    const now = state();
    if (now.cells.length !== cells.length) return; // another layout: the next page load shows it
    for (let n = 0; n < cells.length; n++) {
      if (now.cells[n] === shown.cells[n]) continue;
      cells[n].classList.remove(`s${shown.cells[n]}`, "changed");
      cells[n].classList.add(`s${now.cells[n]}`);
      requestAnimationFrame(() => cells[n].classList.add("changed"));
    }
    walk(now.tours);
    shown = now;
  }

  /** @param {any[]} tours */
  function walk(tours) {
    const layer = document.getElementById("map-tours");
    if (!layer) return;
    const ids = new Set(tours.map((tour) => tour.id));
    for (const old of layer.querySelectorAll("[data-tour], [data-walker]")) {
      if (!ids.has(old.getAttribute("data-tour") ?? old.getAttribute("data-walker") ?? "")) old.remove();
    }
    for (const tour of tours) {
      const before = shown.tours.find((each) => each.id === tour.id);
      if (before && JSON.stringify(before) === JSON.stringify(tour)) continue;
      let way = layer.querySelector(`[data-tour="${tour.id}"]`);
      if (!way) {
        way = element("g", { class: `walk hue-${tour.color}`, "data-tour": tour.id });
        way.append(element("title", {}), element("polyline", { class: "to-go" }), element("polyline", { class: "walked" }), element("g", { class: "dots" }));
        layer.prepend(way);
      }
      /** @type {Element} */ (way.querySelector("title")).textContent = tour.title;
      way.setAttribute("class", `walk hue-${tour.color}`);
      way.querySelector(".to-go")?.setAttribute("points", tour.line);
      way.querySelector(".walked")?.setAttribute("points", tour.done);
      way.querySelector(".dots")?.replaceChildren(...tour.dots.map(dot));
      let walker = /** @type {SVGGElement | null} */ (layer.querySelector(`[data-walker="${tour.id}"]`));
      if (!tour.walking) { walker?.remove(); continue; }
      if (!walker) {
        walker = /** @type {SVGGElement} */ (element("g", { "data-walker": tour.id }));
        walker.append(element("circle", { class: "halo", r: 1.05 }), element("circle", { class: "body", r: 0.68 }), element("text", { transform: "scale(.05)", dy: 4.4, "text-anchor": "middle" }));
        layer.append(walker);
      }
      walker.setAttribute("class", `walker hue-${tour.color}`);
      /** @type {Element} */ (walker.querySelector("text")).textContent = tour.letters;
      walker.removeAttribute("transform");
      walker.style.transform = `translate(${tour.x}px, ${tour.y}px)`;
    }
  }

  /** @param {[number, number, number, boolean]} given */
  function dot([n, x, y, done]) {
    const group = element("g", { class: done ? "dot done" : "dot" });
    const word = element("text", { transform: `translate(${x} ${y}) scale(.05)`, dy: 2.8, "text-anchor": "middle" });
    word.textContent = String(n);
    group.append(element("circle", { cx: x, cy: y, r: 0.34 }), word);
    return group;
  }

  /** @param {string} name @param {Record<string, unknown>} given */
  function element(name, given) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, String(value));
    return made;
  }

  for (const walker of /** @type {NodeListOf<SVGGElement>} */ (map.querySelectorAll("[data-walker]"))) {
    const at = shown.tours.find((tour) => tour.id === walker.dataset.walker);
    if (!at) continue; // from here on the style moves it, so that it glides
    walker.removeAttribute("transform");
    walker.style.transform = `translate(${at.x}px, ${at.y}px)`;
  }
  document.addEventListener("htmx:afterSettle", renew);
}
