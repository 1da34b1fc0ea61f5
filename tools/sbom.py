"""The bill of materials: docs/sbom.json (CycloneDX 1.6), made from requirements.lock by ``make sbom``.

Every package that is installed with Orderhouse, with its version, the hashes its files must have and, where it is installed here, the license it
states. The same lock gives the same file.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK, BILL = ROOT / "requirements.lock", ROOT / "docs" / "sbom.json"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked(text: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package of a lock file."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in text.splitlines():
        if pin := PIN.match(line):
            name = re.sub(r"[-_.]+", "-", pin[1]).lower()
            found[name] = (pin[2], [])
        if name:
            found[name][1].extend(HASH.findall(line))
    return found


def bill(lock: str) -> dict[str, Any]:
    """The document of a lock file."""
    from orderhouse import __version__

    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "orderhouse",
                "name": "orderhouse",
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(name, version, hashes) for name, (version, hashes) in sorted(locked(lock).items())],
    }


def _component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    purl = f"pkg:pypi/{name}@{version}"
    component: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if said := _license(name):
        component["licenses"] = [{"license": {"name": said}}]
    # One distribution has many files: each file's hash is a reference of its own, since "hashes" would be those of one file.
    component["externalReferences"] = [
        {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": value}]} for value in sorted(hashes)
    ]
    return component


def _license(name: str) -> str:
    try:
        about = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return ""
    if stated := str(about.get("license_expression") or ""):
        return stated
    classes = [line.rpartition(" :: ")[2] for line in about.get("classifier") or () if line.startswith("License :: ")]
    return ", ".join(classes) or str(about.get("license") or "").strip().partition("\n")[0][:80]


def main() -> int:
    BILL.write_text(json.dumps(bill(LOCK.read_text()), indent=1) + "\n", encoding="utf-8")
    print(f"{BILL.relative_to(ROOT)}: {len(locked(LOCK.read_text()))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
