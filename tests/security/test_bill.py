"""The bill of materials says what is installed."""

from __future__ import annotations

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

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


def test_the_bill_is_right_by_the_schema_of_cyclonedx() -> None:
    """Two files of each package stand for its others, which are of one make: comparing a hundred with each other takes seconds."""
    told, judge = json.loads(BILL.read_text()), JsonStrictValidator(SchemaVersion.V1_6)
    for part in told["components"]:
        files = part["externalReferences"]
        assert len({json.dumps(each, sort_keys=True) for each in files}) == len(files), part["name"]
        assert {(*each, *each["hashes"][0]) for each in files} == {("type", "url", "hashes", "alg", "content")}, part["name"]
        part["externalReferences"] = files[:2]
    assert judge.validate_str(json.dumps(told)) is None
    for right, wrong in (('"library"', '"book"'), ('"SHA-256"', '"SHA"'), ('"bomFormat"', '"format"')):
        assert judge.validate_str(json.dumps(told | {"components": told["components"][:2]}).replace(right, wrong, 1)) is not None


def test_every_lock_pins_every_package_by_hash() -> None:
    for path in ROOT.glob("requirements*.lock"):
        found = locked(path.read_text())
        assert found
        assert not [name for name, (_, hashes) in found.items() if not hashes], path.name
