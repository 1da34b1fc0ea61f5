// Right, wrong and stop, told to ears and hand: floors are loud and gloves are thick.

/** @type {AudioContext|undefined} */
let audio;

/** Sound may begin with the first touch only. */
export function wake() {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
  } catch { /* a device without sound still shakes */ }
}

/** @type {Record<string, {notes: [number, number, number][], shake: number[]}>}  notes: hertz, from, to (seconds) */
const SIGNALS = {
  right: { notes: [[1760, 0, 0.09]], shake: [40] },
  wrong: { notes: [[196, 0, 0.16], [196, 0.24, 0.42]], shake: [160, 80, 160] },
  stop: { notes: [[880, 0, 0.13], [587, 0.15, 0.28], [392, 0.3, 0.6]], shake: [400, 120, 400] },
};

/** @param {string} tone right, wrong or stop */
export function sound(tone) {
  const signal = SIGNALS[tone];
  if (!signal) return;
  navigator.vibrate?.(signal.shake);
  if (!audio || audio.state !== "running") return;
  for (const [hertz, from, to] of signal.notes) {
    const note = audio.createOscillator();
    const loudness = audio.createGain();
    note.type = tone === "right" ? "sine" : "square";
    note.frequency.value = hertz;
    const begin = audio.currentTime + from;
    const end = audio.currentTime + to;
    loudness.gain.setValueAtTime(0.0001, begin);
    loudness.gain.exponentialRampToValueAtTime(0.4, begin + 0.01);
    loudness.gain.setValueAtTime(0.4, end - 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, end);
    note.connect(loudness).connect(audio.destination);
    note.start(begin);
    note.stop(end);
  }
}
