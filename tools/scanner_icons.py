"""Draw the scanner's home-screen icons from the mark: ``python -m tools.scanner_icons`` (needs Chromium, see tools/browser)."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
MARK = ROOT / "orderhouse/console/static/console/mark.svg"
TARGET = ROOT / "orderhouse/scanner/static/scanner"
GROUND = "#1f6feb"
ICONS = {"icon-192.png": (192, 1.0), "icon-512.png": (512, 1.0), "icon-maskable-512.png": (512, 0.72)}
"""File: edge in pixels, and the share of it the mark fills; a maskable icon's outer tenth may be cut away on each side."""


def main() -> None:
    mark = "data:image/svg+xml;base64," + base64.b64encode(MARK.read_bytes()).decode()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (edge, share) in ICONS.items():
            page = browser.new_page(viewport={"width": edge, "height": edge})
            ground = GROUND if share < 1 else "transparent"
            page.set_content(
                f'<body style="margin:0;background:{ground};display:grid;place-items:center;height:{edge}px">'
                f'<img src="{mark}" width="{edge * share:g}" height="{edge * share:g}">'
            )
            page.wait_for_function("document.images[0].complete")
            page.screenshot(path=TARGET / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
