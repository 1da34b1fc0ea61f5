from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from orderhouse.contract.messages import MESSAGES
from orderhouse.contract.write_schemas import (
    SCHEMAS,
    IncompatibleChange,
    as_file,
    check_compatible,
    file_name,
    schema,
    write_schemas,
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_a_message_says_what_its_committed_schema_says(message: Any) -> None:
    committed = SCHEMAS / file_name(message)
    assert committed.exists(), f"{message.__name__} has no schema: run `python -m orderhouse.contract.write_schemas`"
    assert committed.read_bytes() == as_file(schema(message)), (
        f"{message.__name__} changed: raise its version, or, where only optional fields were added, write the schemas anew"
    )


def test_every_committed_schema_belongs_to_a_message() -> None:
    names = {message.__name__ for message in MESSAGES}
    assert {path.name.split(".")[0] for path in SCHEMAS.glob("*.json")} == names


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    assert len(write_schemas(tmp_path)) == len(MESSAGES)
    assert write_schemas(tmp_path) == []


@dataclass(frozen=True, slots=True)
class Part:
    sku: str


@dataclass(frozen=True, slots=True)
class Before:
    """First."""

    version: ClassVar[int] = 1
    release: str
    lines: tuple[Part, ...] = ()


def _changed(**members: Any) -> Any:
    annotations = {"version": ClassVar[int], "release": str, "lines": tuple[Part, ...]} | members.pop("annotations", {})
    annotations = {name: kind for name, kind in annotations.items() if kind is not None}
    body = {"__annotations__": annotations, "version": 1, "lines": (), **members}
    return dataclass(frozen=True)(type("Before", (), {k: v for k, v in body.items() if k != "lines" or "lines" in annotations}))


def test_an_added_field_with_a_default_keeps_the_version() -> None:
    check_compatible(schema(Before), schema(_changed(annotations={"note": str}, note="", __doc__="Another text.")))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"annotations": {"release": int}}, "its type or default is another"),
        ({"annotations": {"lines": None}}, "it is gone"),
        ({"annotations": {"release": str}, "release": "R"}, "its type or default is another"),
        ({"annotations": {"lines": tuple[str, ...]}}, "its type or default is another"),
    ],
)
def test_any_other_change_needs_a_new_version(change: dict[str, Any], said: str) -> None:
    with pytest.raises(IncompatibleChange, match=said):
        check_compatible(schema(Before), schema(_changed(**change)))


def test_a_new_field_without_a_default_needs_a_new_version() -> None:
    @dataclass(frozen=True, slots=True)
    class After:
        version: ClassVar[int] = 1
        release: str
        node: str
        lines: tuple[Part, ...] = ()

    with pytest.raises(IncompatibleChange, match="field node: it is new and has no default"):
        check_compatible(schema(Before), schema(After))


def test_a_changed_part_needs_a_new_version() -> None:
    before, after = schema(Before), schema(Before)
    after["$defs"] = {"Part": {**after["$defs"]["Part"], "properties": {"sku": {"type": "integer"}}}}
    with pytest.raises(IncompatibleChange, match="Part, field sku"):
        check_compatible(before, after)
