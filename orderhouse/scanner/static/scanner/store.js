// What must survive a reload, a closed tab and a dead battery: the work, and every scan until it is answered.

/**
 * @typedef {object} Entry  a scan that waits for its answer
 * @property {number} [seq]
 * @property {string} id
 * @property {string} session
 * @property {string} badge
 * @property {string} text
 * @property {number|null} quantity
 * @property {string} at
 * @property {{screen: string, sentence: string, from: string, order?: string, sku?: string, bin?: string}|null} shown  what this scanner said to it, alone, and what it was about
 */
/** @typedef {{id: string, text: string, sentence: string, at: string, stop: boolean, order?: string, cancelled?: boolean, back?: {quantity: number, sku: string, bin: string}|null, tote?: string}} Conflict */

/** @type {Promise<IDBDatabase>|undefined} */
let opened;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("orderhouse-scanner", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * One transaction; it is done when the disk has it.
 * @template T @param {IDBTransactionMode} mode
 * @param {(kept: IDBObjectStore, queue: IDBObjectStore, give: (value: T) => void) => void} body @returns {Promise<T>}
 */
async function transaction(mode, body) {
  const tx = (await database()).transaction(["kept", "queue"], mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    /** @type {any} */
    let value;
    tx.oncomplete = () => resolve(value);
    tx.onerror = tx.onabort = () => reject(tx.error);
    body(tx.objectStore("kept"), tx.objectStore("queue"), (given) => { value = given; });
  });
}

/** @param {string} name @returns {Promise<any>} */
export const recall = (name) => transaction("readonly", (kept, _, give) => {
  const request = kept.get(name);
  request.onsuccess = () => give(request.result);
});

/** @param {string} name @param {any} value */
export const keep = (name, value) => transaction("readwrite", (kept) => { kept.put(value, name); });

/** Write a scan down. @param {Entry} entry @returns {Promise<Entry>} */
export const append = (entry) => transaction("readwrite", (_, queue, give) => {
  const request = queue.add(entry);
  request.onsuccess = () => give({ ...entry, seq: Number(request.result) });
});

/** Every scan that waits, oldest first. @returns {Promise<Entry[]>} */
export const waiting = () => transaction("readonly", (_, queue, give) => {
  const request = queue.getAll();
  request.onsuccess = () => give(request.result);
});

/**
 * Take answered scans out and let the work move on, both or neither.
 * @param {Entry[]} entries @param {(works: any[], conflicts: Conflict[]) => {works: any[], conflicts: Conflict[]}} apply
 */
export const settle = (entries, apply) => transaction("readwrite", (kept, queue, give) => {
  const works = kept.get("works");
  const conflicts = kept.get("conflicts");
  conflicts.onsuccess = () => {
    const after = apply(works.result ?? [], conflicts.result ?? []);
    kept.put(after.works, "works");
    kept.put(after.conflicts, "conflicts");
    for (const entry of entries) queue.delete(/** @type {number} */ (entry.seq));
    give(after);
  };
});
