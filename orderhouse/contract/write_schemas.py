"""JSON Schemas of the messages, for partners and for us: a change that would surprise a receiver needs a new version."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from orderhouse.contract import codec
from orderhouse.contract.messages import MESSAGES
from orderhouse.kernel.errors import Refusal

SCHEMAS = Path(__file__).with_name("schemas")
Schema = dict[str, Any]


class IncompatibleChange(Refusal):
    """A message changed under its version in a way that receivers of that version would not understand."""

    sentence = "{message} version {version} changed at {path}: {reason}."
    remedy = "Raise its version and keep a reader for the old one, or add the field with a default."


def write_schemas(folder: Path = SCHEMAS) -> list[Path]:
    """Write every message's schema to ``<Message>.v<version>.json``; the files that changed.

    Raises :class:`IncompatibleChange`, before anything is written, where a committed schema would change other than by
    an added field with a default. Schemas of versions no longer sent stay.
    """
    wanted = {folder / file_name(message): schema(message) for message in MESSAGES}
    for path, new in wanted.items():
        if path.exists():
            check_compatible(orjson.loads(path.read_bytes()), new)
    changed = [path for path, new in wanted.items() if not path.exists() or path.read_bytes() != as_file(new)]
    for path in changed:
        path.write_bytes(as_file(wanted[path]))
    return changed


def file_name(message: Any) -> str:
    """``ReleaseOrder.v1.json``."""
    return f"{message.__name__}.v{message.version}.json"


def as_file(schema: Schema) -> bytes:
    """The schema as it stands in its file."""
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def schema(message: Any) -> Schema:
    """The JSON Schema (draft 2020-12) of one message, its parts under ``$defs``. Unknown fields are allowed: they are read over."""
    parts: dict[str, Schema] = {}
    body = _object(message, parts)
    parts.pop(message.__name__, None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://orderhouse.dev/schemas/{file_name(message)}",
        "title": message.__name__,
        **body,
        **({"$defs": dict(sorted(parts.items()))} if parts else {}),
    }


def check_compatible(old: Schema, new: Schema) -> None:
    """Refuse ``new`` unless it is ``old`` with nothing but further optional fields. Descriptions may change."""
    for path, before in _objects(old):
        after = new
        for step in path:
            after = after.get("$defs", {}).get(step, {})
        where = ".".join(path) or "the message"
        for name, rule in before["properties"].items():
            if after.get("properties", {}).get(name) != rule:
                reason = "its type or default is another" if name in after.get("properties", {}) else "it is gone"
                raise _refused(old, f"{where}, field {name}", reason)
        for name in after["properties"]:
            if name not in before["properties"] and name in after["required"]:
                raise _refused(old, f"{where}, field {name}", "it is new and has no default")
        if set(before["required"]) - set(after["required"]):
            raise _refused(old, where, "a field that was required has become optional")


def _refused(old: Schema, path: str, reason: str) -> IncompatibleChange:
    name, version, _ = old["$id"].rpartition("/")[2].rsplit(".", 2)
    return IncompatibleChange(message=name, version=version[1:], path=path, reason=reason)


def _objects(schema: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    yield (), schema
    for name, part in schema.get("$defs", {}).items():
        yield (name,), part


def _object(cls: Any, parts: dict[str, Schema]) -> Schema:
    hints = get_type_hints(cls)
    properties: dict[str, Schema] = {}
    for field in fields(cls):
        rule = _rule(hints[field.name], parts)
        if field.default is not MISSING:
            rule = {**rule, "default": orjson.loads(codec.encode(field.default))}
        properties[field.name] = rule
    return {
        "description": inspect.cleandoc(cls.__doc__ or ""),
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields(cls) if field.default is MISSING],
    }


def _rule(kind: Any, parts: dict[str, Schema]) -> Schema:
    if kind in _RULES:
        return _RULES[kind]
    origin, args = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]
        if name not in parts:
            parts[name] = {}
            parts[name] = _object(kind, parts)
        return {"$ref": f"#/$defs/{name}"}
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if arg is type(None) else _rule(arg, parts) for arg in args]}
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return {"type": "array", "items": _rule(args[0], parts)}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_rule(arg, parts) for arg in args],
            "items": False,
            "minItems": len(args),
        }
    raise TypeError(f"a message cannot hold {kind}")


_RULES: dict[Any, Schema] = {
    str: {"type": "string", "maxLength": codec.MAX_TEXT},
    int: {"type": "integer", "minimum": -codec.MAX_INTEGER, "maximum": codec.MAX_INTEGER},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    Decimal: {"type": "string", "pattern": f"^{codec.DECIMAL}$"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


if __name__ == "__main__":
    for written in write_schemas():
        print(written.name)
