"""Accessibility, judged by axe-core."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")


def serious_faults(page: Any) -> list[str]:
    """Each fault of WCAG 2.2 A and AA on the page that axe calls serious or critical: rule, help, and the first places of it."""
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: " + " | ".join(str(node["target"][0]) for node in fault["nodes"][:4])
        for fault in found
        if fault["impact"] in SERIOUS
    ]
