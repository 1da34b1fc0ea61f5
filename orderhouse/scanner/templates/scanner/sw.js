// Keeps the scanner's shell on the device, so that it opens without a network. Data never passes through here.
const VERSION = "scanner-{{ version }}";
const SHELL = {{ shell|safe }};

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(VERSION);
    await Promise.all(SHELL.map(async (url) => {
      const answer = await fetch(url, { cache: "reload", credentials: "omit" });
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      await cache.put(url, answer);
    }));
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("scanner-") && name !== VERSION) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const key = event.request.mode === "navigate" && url.pathname === SHELL[0] ? SHELL[0] : url.pathname;
  if (!SHELL.includes(key)) return;
  event.respondWith(caches.open(VERSION).then((cache) => cache.match(key)).then((kept) => kept || fetch(event.request)));
});
