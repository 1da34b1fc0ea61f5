"""The bill of materials says what is installed."""

from __future__ import annotations

import json

from tools.sbom import BILL, LOCK, ROOT, locked


def test_the_bill_names_every_locked_package_in_its_version_with_its_hashes() -> None:
    told = json.loads(BILL.read_text())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    billed = {
        part["name"]: (part["version"], sorted(each["content"] for ref in part["externalReferences"] for each in ref["hashes"]))
        for part in told["components"]
    }
    wanted = {name: (version, sorted(hashes)) for name, (version, hashes) in locked(LOCK.read_text()).items()}
    assert billed == wanted, "run make sbom"
    assert len(billed) > 30


def test_every_lock_pins_every_package_by_hash() -> None:
    for path in ROOT.glob("requirements*.lock"):
        found = locked(path.read_text())
        assert found
        assert not [name for name, (_, hashes) in found.items() if not hashes], path.name
