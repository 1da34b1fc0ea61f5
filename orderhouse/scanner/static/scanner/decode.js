// Reads barcodes off camera frames, beside the page's own thread. zxing-cpp in WebAssembly, from this server.
/* global ZXingWASM, importScripts */
const parts = new URL("../vendor/", self.location.href);
importScripts(new URL("zxing-reader.js", parts).href);
ZXingWASM.prepareZXingModule({ overrides: { locateFile: (/** @type {string} */ name) => new URL(name, parts).href } });

const OPTIONS = {
  formats: ["Code128", "EAN13", "EAN8", "UPCA", "UPCE", "ITF", "DataMatrix", "QRCode", "Code39"],
  tryHarder: true,
  maxNumberOfSymbols: 4,
  textMode: "Plain",
};

self.onmessage = async (event) => {
  try {
    const found = await ZXingWASM.readBarcodes(event.data, OPTIONS);
    const middle = event.data.width / 2;
    const read = found.filter((one) => one.isValid && one.text).map((one) => {
      const { topLeft, topRight, bottomRight, bottomLeft } = one.position;
      const corners = [topLeft, topRight, bottomRight, bottomLeft];
      return { text: one.text, aim: one.symbologyIdentifier, corners, off: Math.abs(corners.reduce((sum, at) => sum + at.x, 0) / 4 - middle) };
    });
    self.postMessage({ read: read.sort((a, b) => a.off - b.off) });
  } catch (error) {
    self.postMessage({ read: [], error: String(error) });
  }
};
