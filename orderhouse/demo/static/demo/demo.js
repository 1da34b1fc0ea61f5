// The demonstration's clock in the bar runs by itself between two looks at the server.
"use strict";
if (!window.demoClock) {
  const tick = () => {
    for (const face of document.querySelectorAll("[data-demo-clock]")) {
      const seen = (face.seen ??= Date.now());
      const now = new Date(1000 * Number(face.dataset.demoClock) + (Date.now() - seen) * Number(face.dataset.rate));
      const zone = { timeZone: face.dataset.zone };
      const day = now.toLocaleDateString("en-GB", { ...zone, weekday: "short" });
      const said = `${day} ${now.toLocaleTimeString("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" })}`;
      if (face.textContent !== said) face.textContent = said;
    }
  };
  window.demoClock = setInterval(tick, 500);
}
