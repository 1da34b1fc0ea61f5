"""Write ``docs/reference`` from the code itself: ``python -m tools.reference``. The same code always gives the same pages."""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from orderhouse.kernel.errors import Refusal

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
ROOMS = ("people", "catalog", "ledger", "contract", "oms", "wms")
"""The apps with tables, lower storeys first."""


def pages() -> dict[str, str]:
    """Every page's text by its file name. Needs Django's settings and no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
    import django

    django.setup()
    made = {
        "messages.md": _messages(),
        "api.md": _api(),
        "api-shapes.md": _api_shapes(),
        "refusals.md": _refusals(),
        "commands.md": _commands(),
        "floor-flows.md": _floor_flows(),
        "rules-and-strategies.md": _rules_and_strategies(),
        "tables.md": _tables(),
        "exam.md": _exam(),
    }
    titles = [(name, text.splitlines()[0].removeprefix("# ")) for name, text in made.items()]
    listed = "\n".join(f"- [{title}]({name})" for name, title in titles)
    made["README.md"] = f"# Reference\n\nWritten from the code by `make docs`; do not edit these pages by hand.\n\n{listed}\n"
    return made


def write(folder: Path = FOLDER) -> list[str]:
    """Write the pages, and take away those nothing writes any more; the names of the files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    changed = [path.name for path in sorted(folder.glob("*.md")) if path.name not in wanted]
    for name in changed:
        (folder / name).unlink()
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _messages() -> str:
    from orderhouse.contract.messages import MESSAGES
    from orderhouse.oms.mailbox import HANDLERS as TO_THE_OMS
    from orderhouse.wms.mailbox import HANDLERS as TO_A_NODE

    def direction(message: type) -> tuple[str, str]:
        """Whoever handles a message receives it; its field ``channel`` or ``node`` says who stands on the other side."""
        partner = "channel" if any(each.name == "channel" for each in fields(message)) else "node"
        return (partner, "OMS") if message in TO_THE_OMS else ("OMS", "node" if message in TO_A_NODE else partner)

    parts = [
        "# Messages",
        "Commands in the imperative, facts in the past tense. A destination is `oms`, `node:CODE` or `channel:CODE`; "
        "each message has a JSON Schema in `orderhouse/contract/schemas`. X12 names the transaction sets that say the same.",
    ]
    rows = []
    for message in MESSAGES:
        sender, receiver = direction(message)
        rows.append((f"[{message.__name__}](#{message.__name__.lower()})", sender, receiver, _x12(message)))
    parts.append(_table(("message", "from", "to", "X12"), rows))
    shapes: dict[str, type] = {}
    for message in MESSAGES:
        sender, receiver = direction(message)
        version: int = getattr(message, "version")  # noqa: B009  (a class variable every message has)
        schema = f"../../orderhouse/contract/schemas/{message.__name__}.v{version}.json"
        about = f"{sender} → {receiver} · version {version} · [schema]({schema})"
        parts += [f"## {message.__name__}", about, _prose(message), _field_table(message)]
        shapes |= _shapes_within(message)
    parts.append("# Shapes within messages")
    for name, shape in sorted(shapes.items()):
        parts += [f"## {name}", _prose(shape), _field_table(shape)]
    return _page(parts)


def _x12(message: type) -> str:
    """The transaction sets that a message's docstring names."""
    return ", ".join(dict.fromkeys(re.findall(r"(?<=X12 )\d{3}", inspect.getdoc(message) or "")))


def _shapes_within(shape: type) -> dict[str, type]:
    found: dict[str, type] = {}
    for hint in get_type_hints(shape).values():
        for part in _atoms(hint):
            if hasattr(part, "__dataclass_fields__"):
                found |= {part.__name__: part} | _shapes_within(part)
    return found


def _atoms(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _atoms(part)


def _field_table(shape: type) -> str:
    hints = get_type_hints(shape)
    rows = [(f"`{each.name}`", _type(hints[each.name]), _default(each)) for each in fields(shape)]
    return _table(("field", "type", "where left out"), rows)


def _type(hint: Any) -> str:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join("null" if part is NoneType else _type(part) for part in inside)
    if origin is tuple and inside[1:] == (...,):
        return f"list of {_type(inside[0])}"
    if origin is tuple:
        return "pair of " + " and ".join(_type(part) for part in inside)
    if hasattr(hint, "__dataclass_fields__"):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {"str": "text", "int": "whole number", "float": "number", "Decimal": "decimal, as text"}.get(
        hint.__name__, {"datetime": "date and time with offset", "bool": "true or false"}.get(hint.__name__, hint.__name__)
    )


def _default(each: Field[Any]) -> str:
    if each.default is MISSING:
        return "needed"
    if each.default is None:
        return "null"
    return "empty" if each.default in ("", ()) or hasattr(each.default, "__dataclass_fields__") else f"`{each.default}`"


# ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _api() -> str:
    from orderhouse.config.api import PREFIX, api
    from orderhouse.oms.api import DOORS as OMS
    from orderhouse.people.api_keys import SCOPES
    from orderhouse.wms.api import DOORS as WMS

    schema = api.get_openapi_schema(path_prefix="")
    shapes: Mapping[str, Any] = schema["components"]["schemas"]
    parts = [
        "# API",
        f"Addresses stand under `/{PREFIX}`. The running server gives the same as OpenAPI at `/{PREFIX}openapi.json` and to "
        f"read and try at `/{PREFIX}docs`.",
        re.sub(r"^\*\*", "- **", api.description.strip(), flags=re.MULTILINE),
        "## Scopes",
        _table(("scope", "lets its key"), [(f"`{scope}`", what) for scope, what in SCOPES.items()]),
    ]
    by_tag: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append((path, method.upper(), operation))
    for tag in sorted(by_tag):
        parts.append(f"## {tag}")
        for path, method, operation in by_tag[tag]:
            wings = [name for name, doors in (("OMS", OMS), ("WMS", WMS)) if any(_behind(path, door) for door in doors)]
            parts += _operation(path, method, operation, shapes, wings)
    return _page(parts)


def _behind(path: str, door: str) -> bool:
    return path == door or path.startswith(door + "/")


def _operation(
    path: str, method: str, operation: Mapping[str, Any], shapes: Mapping[str, Any], wings: list[str]
) -> Iterator[str]:
    yield f"### {method} {path}"
    where = f" · only with the {wings[0]}" if len(wings) == 1 and path != "/receipts" else ""
    yield f"Scope `{operation['x-scope']}`{where}"
    yield re.sub(r"\n*Needs the scope `[^`]+`\.?$", "", operation.get("description", "")).strip()
    asked = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
    if asked:
        lines = [
            _bullet(each["name"], each["schema"] | {"description": each.get("description", "")}, each.get("required", False))
            for each in asked
        ]
        yield "Query\n\n" + "\n".join(lines)
    for kind, told in operation.get("requestBody", {}).get("content", {}).items():
        body = _resolved(told["schema"], shapes)
        many = ""
        if body.get("type") == "array":
            body, many = _resolved(body["items"], shapes), ", a list of"
        lines = [_bullet(name, each, name in body.get("required", ())) for name, each in body.get("properties", {}).items()]
        yield f"Body `{kind}`{many}" + ("\n\n" + "\n".join(lines) if lines else "")
    answers: dict[str, str] = {}
    for status, answer in operation["responses"].items():
        if str(status).startswith("2"):
            content: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
            answers.setdefault(str(status), f"`{status}` {_answer(content.get('schema', {}), shapes)}")
    yield "Answers " + "; ".join(answers.values())


def _resolved(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return dict(shapes[schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema:
        return _resolved(schema["oneOf"][0], shapes)
    return dict(schema)


def _bullet(name: str, schema: Mapping[str, Any], needed: bool) -> str:
    default = schema.get("default")
    told = [_json_type(schema), "needed" if needed else ""]
    if default not in (None, "", [], {}):
        told.append(f"`{str(default).lower() if isinstance(default, bool) else default}` where left out")
    text = ", ".join(part for part in told if part)
    return f"- `{name}`: {text}" + (f". {_line(schema['description'])}" if schema.get("description") else "")


def _json_type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](api-shapes.md#{name.lower()})"
    for name in ("anyOf", "oneOf"):
        if name in schema:
            return " or ".join(dict.fromkeys(_json_type(part) for part in schema[name]))
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_json_type(schema.get('items', {}))}"
    if isinstance(kind, list):
        return " or ".join(kind)
    if isinstance(inside := schema.get("additionalProperties"), dict):
        return f"object of names and {_json_type(inside)}"
    named = {"date-time": "date and time", "date": "date", "time": "time of day"}.get(str(schema.get("format")))
    return named or {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(str(kind), str(kind or "any"))


def _answer(shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    """What an answer holds; a list's wrapping is told as such."""
    if not shape:
        return "nothing"
    named = shape.get("$ref", "").rpartition("/")[2]
    if re.match(r"(Listing|Page)_", named):
        within = shapes[named]["properties"]
        paged = " and `next_cursor`" if "next_cursor" in within else ""
        return f"`data`, a {_json_type(within['data'])}{paged}"
    return _json_type(shape)


def _api_shapes() -> str:
    from orderhouse.config.api import api

    shapes: Mapping[str, Any] = api.get_openapi_schema(path_prefix="")["components"]["schemas"]
    parts = [
        "# Shapes of the API",
        "What the operations of the [API](api.md) take and answer. What is needed must be in a request, and is always in an answer.",
    ]
    for name, shape in sorted(shapes.items()):
        if shape.get("properties") and not re.match(r"(Listing|Page)_", name):
            lines = [_bullet(each, told, each in shape.get("required", ())) for each, told in shape["properties"].items()]
            parts += [f"## {name}", _as_markdown(inspect.cleandoc(shape.get("description", ""))), "\n".join(lines)]
    return _page(parts)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _refusals() -> str:
    """Every subclass of Refusal in the package, by room."""
    for name in _modules("orderhouse"):
        importlib.import_module(name)
    by_room: dict[str, list[type[Refusal]]] = {}
    for refusal in _below(Refusal):
        steps = refusal.__module__.split(".")
        if steps[0] == "orderhouse" and "tests" not in steps:
            by_room.setdefault("/".join(steps[1:-1]) or steps[1], []).append(refusal)
    parts = [
        "# Refusals",
        'A refusal is an anticipated "no". Over HTTP it is a problem (RFC 9457) with this `code` and status; on the command line '
        "a sentence and exit status 2. Braces stand for the facts of the case.",
    ]
    for room, refusals in sorted(by_room.items()):
        rows = [
            (f"`{_code(each)}`", each.status, _line(each.sentence), _line(each.remedy))
            for each in sorted(refusals, key=lambda each: (_code(each), each.__module__))
        ]
        parts += [f"## {room}", _table(("code", "status", "says", "how to mend it"), rows)]
    return _page(parts)


def _code(refusal: type[Refusal]) -> str:
    return refusal.__new__(refusal).code


def _below(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in refusal.__subclasses__():
        yield each
        yield from _below(each)


def _modules(package: str) -> Iterator[str]:
    """Its modules, but for tests, migrations, settings, and the one that connects when it is imported."""
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        steps = module.name.split(".")
        if not {"tests", "conftest", "migrations", "settings", "wsgi"} & set(steps):
            yield module.name


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _commands() -> str:
    from orderhouse.config import commands

    parser = argparse.ArgumentParser(prog="orderhouse")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in commands.modules():
        command.add_parser(subparsers)
    parts = [
        "# Commands",
        "`make install` makes `.venv/bin/orderhouse`. Exit status 2 is a refusal, with its sentence on standard error.",
        _table(
            ("variable", "means"),
            [
                ("`ORDERHOUSE_STATE`", "the state directory: embedded database, keys, logs; `.orderhouse` where unset"),
                ("`DATABASE_URL`", "a PostgreSQL of your own, 16 or newer, as the database's owner; embedded where unset"),
                ("`DATABASE_ADMIN_URL`", "a role that sees every row, for backups and `db psql --admin`; else `DATABASE_URL`"),
                (
                    "`DJANGO_SETTINGS_MODULE`",
                    "the product: `orderhouse.config.settings.together` (default), `oms_alone`, `wms_alone`",
                ),
                ("`ORDERHOUSE_HOSTS`", "host names the server answers to, by comma; this machine's own where unset"),
                ("`ORDERHOUSE_SECRET_KEY`", "signs sessions; made once and kept in the state directory where unset"),
                ("`ORDERHOUSE_PGBOUNCER`", "set it where a pooler in transaction mode stands before the database"),
            ],
        ),
    ]
    parts += _command("orderhouse", subparsers)
    return _page(parts)


def _command(prefix: str, subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> Iterator[str]:
    helps = {action.dest: action.help for action in subparsers._choices_actions}
    for name, parser in subparsers.choices.items():
        if name not in helps:  # no help: another command's own, not for people
            continue
        deeper = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        if deeper:
            yield from _command(f"{prefix} {name}", deeper[0])
            continue
        actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
        yield f"## {prefix} {name}"
        yield _sentence(helps.get(name) or "") + (f" {parser.description}" if parser.description else "")
        if actions:
            yield _table(("argument", "means", "where left out"), [_argument(action) for action in actions])


def _argument(action: argparse.Action) -> tuple[str, str, str]:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    name = " ".join([", ".join(action.option_strings), value if action.nargs != 0 else ""]).strip()
    needed = action.required and action.nargs != argparse.REMAINDER
    told = "(default" in (action.help or "")  # in words, perhaps because it depends on the machine
    default = "" if told or action.default in (None, False, argparse.SUPPRESS) else f"`{action.default}`"
    return f"`{name}`", action.help or "", "needed" if needed else default


# ── the floor ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _floor_flows() -> str:
    from orderhouse.wms.floor.barcodes import PREFIXES
    from orderhouse.wms.floor.flows.diagrams import document

    labels = [(f"`{letter}.`", kind.value) for letter, kind in PREFIXES.items()]
    return _page([_as_markdown(document()), "## Our own labels", _table(("begins", "is a"), labels)])


def _rules_and_strategies() -> str:
    from orderhouse.contract.ports.carrier import carrier_by_code, carrier_codes
    from orderhouse.oms.sourcing.routing import rules
    from orderhouse.wms.allocation.rotation import fefo, fifo
    from orderhouse.wms.picking.strategies import STRATEGIES

    parts = ["# Routing rules, picking strategies, rotation, carriers", "How to add one: [Add a rule](../how-to/add-a-rule.md)."]
    parts.append("## Routing rules")
    for name, rule in sorted(rules().items()):
        parts += [f"### {name}", rule.help]
    parts.append("## Picking strategies")
    for name, plan in STRATEGIES.items():
        parts += [f"### {name}", _prose(plan)]
    parts.append("## Rotation")
    for module in (fefo, fifo):
        parts += [f"### {module.__name__.rpartition('.')[2]}", _prose(module), _prose(module.rotate)]
    parts.append("## Carriers")
    for code in carrier_codes():
        adapter = sys.modules[type(carrier_by_code(code)).__module__]
        if "integrations" in adapter.__name__:
            parts += [f"### {code}", _prose(importlib.import_module(adapter.__name__.rpartition(".")[0])), _prose(adapter)]
    return _page(parts)


# ── tables and rules of the books ────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Table:
    """A table as its migration makes it. ``columns``: name, type, needed, what it means."""

    name: str
    about: str
    columns: list[tuple[str, str, str, str]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    immutable: bool = False


def _migrations(room: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / "orderhouse" / room / "migrations").glob("*.sql")):
        yield path, path.read_text(encoding="utf-8")


def _tables() -> str:
    parts = [
        "# Tables",
        "What each room keeps, from its migrations. Every table is the tenant's own: `tenant_id` comes first in its keys, and "
        "row-level security shows and takes rows of the present tenant only. `people_user` (a person, known across tenants) is "
        "Django's model `orderhouse.people.models.User`.",
    ]
    for room in ROOMS:
        parts.append(f"## {room}")
        tables: dict[str, _Table] = {}
        for _, text in _migrations(room):
            if head := re.match(r"(?:--.*\n)+", text):
                parts.append(_comment(head[0]))
            _read_tables(text, tables)
        for table in tables.values():
            rows = [(f"`{name}`", f"`{kind}`", needed, about) for name, kind, needed, about in table.columns]
            parts += [f"### {table.name}", table.about]
            if table.immutable:
                parts.append("Rows are added and never changed or deleted.")
            parts += [_table(("column", "type", "", "means"), rows), "\n".join(f"- `{rule}`" for rule in table.rules)]
    return _page(parts)


def _read_tables(text: str, tables: dict[str, _Table]) -> None:
    """Make and change ``tables`` as the statements of a migration do."""
    for found in re.finditer(r"((?:^--[^\n]*\n)*)^CREATE TABLE (\w+) \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL):
        table = tables[found[2]] = _Table(found[2], _comment(found[1]))
        for item, comment in _items(found[3]):
            _add_item(table, item, comment)
    for found in re.finditer(r"^ALTER TABLE (\w+)\s+ADD COLUMN ([^;]*);[ \t]*(?:--[ ]*([^\n]*))?", text, re.MULTILINE):
        _add_item(tables[found[1]], " ".join(found[2].split()), found[3] or "")
    for found in re.finditer(r"^ALTER TABLE (\w+)\s+DROP COLUMN (\w+)", text, re.MULTILINE):
        tables[found[1]].columns = [column for column in tables[found[1]].columns if column[0] != found[2]]
    for found in re.finditer(r"^DROP TABLE (\w+)", text, re.MULTILINE):
        del tables[found[1]]
    for found in re.finditer(r"protect\('(\w+)', immutable => true\)", text):
        tables[found[1]].immutable = True


def _items(body: str) -> list[tuple[str, str]]:
    """The columns and constraints between a table's brackets, each with its comments."""
    items: list[tuple[str, list[str]]] = []
    current, depth, fresh = "", 0, True  # fresh: the item before ended on this line
    comments: list[str] = []
    for part in re.finditer(r"--.*|'[^']*'|\n|[(),]|[^-'\n(),]+|-", body):
        token = part[0]
        if token.startswith("--"):
            told = token.removeprefix("--").strip()
            (items[-1][1] if items and fresh and not current.strip() else comments).append(told)
        elif token == "," and depth == 0:
            items.append((" ".join(current.split()), comments))
            current, comments, fresh = "", [], True
        else:
            depth += (token == "(") - (token == ")")
            fresh = fresh and token != "\n"
            current += " " if token == "\n" else token
    if current.strip():
        items.append((" ".join(current.split()), comments))
    return [(item, " ".join(told)) for item, told in items]


def _add_item(table: _Table, item: str, comment: str) -> None:
    first, _, rest = item.partition(" ")
    if first in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT"):
        table.rules.append(f"{item}" if not comment else f"{item} -- {comment}")
        return
    kind = re.split(r" (?:NOT NULL|NULL|DEFAULT|CHECK|REFERENCES|PRIMARY KEY|UNIQUE)\b", rest)[0]
    told = [comment]
    if default := re.search(r"DEFAULT ('[^']*'|\S+)", rest):
        told.append(f"`{default[1]}` where left out")
    if "CHECK" in rest:
        told.append(f"`{rest[rest.index('CHECK') :]}`")
    if reference := re.search(r"REFERENCES (\w+)", rest):
        told.append(f"of `{reference[1]}`")
    needed = "" if "NOT NULL" in rest or "PRIMARY KEY" in rest else "may be NULL"
    table.columns.append((first, kind, needed, "; ".join(part for part in told if part)))


def _exam() -> str:
    views: dict[str, tuple[str, str, str]] = {}
    for room in ROOMS:
        for _, text in _migrations(room):
            pattern = r"((?:^--[^\n]*\n)*)^(?:CREATE (?:OR REPLACE )?VIEW exam\.(\w+)[^\n]* AS\n(.*?);$|DROP VIEW (?:IF EXISTS )?exam\.(\w+))"
            for found in re.finditer(pattern, text, re.MULTILINE | re.DOTALL):
                if found[4]:
                    views.pop(found[4], None)
                else:
                    views[found[2]] = (room, _comment(found[1]), inspect.cleandoc("\n" + found[3]))
    parts = [
        "# Rules of the books",
        f"{len(views)} views in the schema `exam`, each of which lists what breaks one rule: an honest business sees every one "
        "of them empty. `orderhouse ledger prove` counts their rows in one snapshot. What each means and what to do: "
        "[Prove the books](../how-to/prove-the-books.md).",
    ]
    for name, (room, about, statement) in sorted(views.items()):
        parts += [
            f"## {_sentence(name.replace('_', ' '))[:-1]}",
            f"`exam.{name}`, of the room {room}",
            about,
            f"```sql\n{statement};\n```",
        ]
    return _page(parts)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(parts: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(part.strip() for part in parts if part.strip())) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [tuple(head), *((str(cell).replace("|", "\\|") for cell in row) for row in rows)]
    shown = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([shown[0], "|" + "---|" * len(lines[0]), *shown[1:]])  # type: ignore[arg-type]


def _prose(thing: object) -> str:
    """A docstring as Markdown: double backquotes and roles become code."""
    return _as_markdown(inspect.getdoc(thing) or "")


def _as_markdown(text: str) -> str:
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", re.sub(r"(?<!`)``(?!`)", "`", text))


def _comment(lines: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in lines.splitlines())


def _line(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


if __name__ == "__main__":
    for name in write():
        print(f"docs/reference/{name}")
