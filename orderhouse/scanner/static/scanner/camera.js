// The camera as a scanner: frames go to the decoder one at a time; the code nearest the middle counts, once.

import { say } from "./say.js";

/** Milliseconds in which the same code held before the camera is the same scan. */
const SAME = 2500;
const PAUSE = 80;

export class Camera {
  /** @param {(text: string) => void} scanned @param {(why: string) => void} failed */
  constructor(scanned, failed) {
    this.scanned = scanned;
    this.failed = failed;
    this.video = document.createElement("video");
    this.video.muted = this.video.playsInline = true;
    this.canvas = document.createElement("canvas");
    this.last = { text: "", at: 0 };
    this.on = this.reading = false;
    this.torch = false;
    /** @type {Worker|undefined} */
    this.decoder = undefined;
    /** @type {MediaStream|undefined} */
    this.stream = undefined;
  }

  async start() {
    this.on = true;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } });
    } catch (error) {
      this.on = false;
      this.failed(error instanceof DOMException && error.name === "NotAllowedError" ? say("camera-refused") : say("camera-none"));
      return;
    }
    if (!this.on) return this.stop();
    this.decoder = new Worker(/** @type {string} */ (document.body.dataset.decoder));
    this.decoder.onmessage = ({ data }) => this.#read(data);
    this.decoder.onerror = () => { this.stop(); this.failed(say("camera-no-reader")); };
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {});
    this.reading = this.on;
    this.#frame();
  }

  stop() {
    this.on = this.reading = false;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.decoder?.terminate();
    this.stream = this.decoder = undefined;
  }

  /** Whether this camera has a light to switch. */
  get hasTorch() {
    const track = this.stream?.getVideoTracks()[0];
    return Boolean(track && "torch" in (track.getCapabilities?.() ?? {}));
  }

  async switchTorch() {
    this.torch = !this.torch;
    const light = /** @type {any} */ ({ advanced: [{ torch: this.torch }] });
    await this.stream?.getVideoTracks()[0]?.applyConstraints(light).catch(() => {});
  }

  #frame() {
    if (!this.on || !this.decoder) return;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || document.hidden) { setTimeout(() => this.#frame(), 200); return; }
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return;
    context.drawImage(this.video, 0, 0);
    const frame = context.getImageData(0, 0, width, height);
    this.decoder.postMessage(frame, [frame.data.buffer]);
  }

  /** @param {{read: {text: string, aim: string}[]}} data */
  #read({ read }) {
    const now = performance.now();
    const [first] = read;
    if (first) {
      if (first.text !== this.last.text || now - this.last.at > SAME) this.scanned(`${first.aim}${first.text}`);
      this.last = { text: first.text, at: now };
    }
    setTimeout(() => this.#frame(), PAUSE);
  }
}
