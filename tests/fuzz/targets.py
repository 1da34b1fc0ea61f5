"""Every place where text or bytes from outside are first understood, as a function of bytes, with inputs to begin from.

A target returns for what it reads and for what it refuses (a :class:`Refusal`, or the schema's own ``ValidationError``); whatever else
comes out of it is a fault. What must hold of a value that was read, beyond that there is one, is asserted here as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from ninja.errors import ValidationError as NinjaError
from pydantic import TypeAdapter, ValidationError

from orderhouse.catalog.words import words_of
from orderhouse.console import stock_asked
from orderhouse.console.oms.filters import read_filter
from orderhouse.console.oms.mending import mend, sheet
from orderhouse.console.search.hits import asked as search_ranges
from orderhouse.console.search.hits import spellings
from orderhouse.console.wms import asked
from orderhouse.console.wms.pasted import read_lines
from orderhouse.contract import views as contract_door
from orderhouse.contract.codec import decode, encode
from orderhouse.contract.connections import read_key
from orderhouse.contract.messages import CATALOG
from orderhouse.documents.zpl_picture import zpl_picture
from orderhouse.http.bodies import read_json
from orderhouse.http.keys import presented_key
from orderhouse.http.lines import json_lines
from orderhouse.http.pages import make_cursor, read_cursor
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.kernel.quantities import quantity
from orderhouse.oms.api.shapes import TariffForm
from orderhouse.oms.freight.tariffs import Tariff
from orderhouse.oms.orders.parse_order import keepable, parse_address, parse_order
from orderhouse.scanner import work
from orderhouse.scanner.doors import text as scanner_text
from orderhouse.wms.floor import barcodes
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.rules import read_layout

CORPUS = Path(__file__).parent / "corpus"
REFUSES = (Refusal, ValidationError, NinjaError, SuspiciousOperation)
"""Django answers a SuspiciousOperation (too many fields) with 400."""

MOST_BYTES = 4096


@dataclass(frozen=True)
class Target:
    """``read`` takes bytes; ``seeds`` are inputs that reach far; ``words`` are tokens worth inserting."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()


def feed(target: Target, data: bytes) -> None:
    """Give the target an input; raises what is neither a value nor a refusal."""
    refused: Exception | None = None
    try:
        target.read(data)
    except REFUSES as refusal:
        refused = refusal
    if isinstance(refused, Refusal):
        said = refused.as_problem()
        assert said["detail"], "a refusal that says nothing"
        assert refused.status < 500, said
        orjson.dumps(said, default=str)


ORDER = {
    "channel": "WEB",
    "channel_order_id": "1001",
    "placed_at": "2026-03-02T08:00:00Z",
    "currency": "GBP",
    "ship_to": {
        "name": "Ada",
        "country": "GB",
        "lines": ["1 Mile End"],
        "city": "London",
        "postal_code": "E1",
        "latitude": 51.52,
        "longitude": -0.05,
    },
    "customer": {"name": "Ada", "email": "ada@example.com", "reference": "C-1", "phone": "+44 1"},
    "charges": [{"kind": "shipping", "amount": "2.50", "description": "post"}],
    "service": "standard",
    "priority": 5,
    "holds": ["payment"],
    "lines": [{"sku": "A", "quantity": 2, "unit_price": "2.50", "line_number": 1, "owner": "OWN"}],
}


def _json(data: bytes) -> Any:
    return read_json(data)


def read_order(data: bytes) -> None:
    """A body of /orders, and what is kept of one that is wrong."""
    raw = _json(data)
    found = parse_order(raw)
    if isinstance(found, list):
        assert found, "refused, and nobody says why"
        assert all(problem.reason for problem in found)
        orjson.dumps(keepable(raw))
    else:
        assert 1 <= len(found.lines) <= 20_000
        assert all(1 <= line.quantity <= 999_999_999 for line in found.lines)
        decode("SubmitOrder", 1, orjson.loads(encode(found)))  # what is taken in can be sent on


def read_address(data: bytes) -> None:
    parse_address(_json(data))


def read_stream(data: bytes) -> None:
    """NDJSON as it streams in."""
    request = HttpRequest()
    request.META = {"CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data)}
    request._stream = io.BytesIO(data)
    request._read_started = False  # type: ignore[attr-defined]
    numbers = [line.number for line in json_lines(request)]
    assert numbers == sorted(set(numbers))


def read_floor_plan(data: bytes) -> None:
    layout = read_layout(data)
    assert layout.places


def read_label(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for symbology in (None, "]d2", "ean_13", "gs1_128", text[:6]):
        try:
            barcodes.read(text, symbology=symbology)
        except barcodes.UnreadableScan:
            continue


def read_letter(data: bytes) -> None:
    """A letter's type, version and payload: ``Type`` newline JSON. What is read says the same when it is written and read again."""
    name, _, payload = data.partition(b"\n")
    wanted = name.decode("utf-8", "replace")
    version = CATALOG[wanted].version if wanted in CATALOG else 1  # type: ignore[attr-defined]
    message = decode(wanted, version, _json(payload))
    assert decode(wanted, version, orjson.loads(encode(message))) == message


def read_batch(data: bytes) -> None:
    """The body of another installation, before anybody looks at its signature."""
    batch = contract_door._envelope(data)
    for position, letter in enumerate(batch["letters"]):
        contract_door._arrival(position, letter)


def read_page_mark(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for start in (0, "", ("", 0), (0, 0), ("", "", 0)):
        try:
            found: Any = read_cursor(text, start)
        except InvalidInput:
            continue
        assert text == "" or read_cursor(make_cursor(found), start) == found


def read_api_key(data: bytes) -> None:
    request = HttpRequest()
    request.META = {"HTTP_AUTHORIZATION": data.decode("latin-1")}
    presented = presented_key(request)
    assert 0 < presented.tenant_id < 2**63


def read_quantity(data: bytes) -> None:
    found = quantity(_json(data))
    assert found >= 1


TARIFF_FORMS: TypeAdapter[list[TariffForm]] = TypeAdapter(list[TariffForm])


def read_tariffs(data: bytes) -> None:
    for form in TARIFF_FORMS.validate_python(_json(data)):
        tariff = Tariff.from_dict({"code": form.carrier, **form.zones.model_dump(by_alias=True, exclude_none=True)})
        assert tariff.zones


def read_scanner(data: bytes) -> None:
    """What a scanner that was offline sends: a session and its scans."""
    body = _json(data)
    if not isinstance(body, dict):
        return
    for name in ("badge", "pin", "node", "name", "flow"):
        scanner_text(body, name)
    work._number(body.get("session"), "session")
    scans = body.get("scans")
    for n, scan in enumerate(scans if isinstance(scans, list) else []):
        taken = work._scan(scan, f"scans[{n}]")
        try:
            barcodes.read(taken.text)
        except barcodes.UnreadableScan:
            continue


def read_search(data: bytes) -> None:
    """What is typed into the search box: its words, its spellings, the ranges that are looked for."""
    typed = " ".join(data.decode("utf-8", "replace").replace("\0", "").split())[:200]
    assert all(words_of(typed)) or not words_of(typed)
    ranges = search_ranges(1, spellings(typed))
    assert all(low < high for low, high in zip(ranges["low"], ranges["high"], strict=True))


def read_question(data: bytes) -> None:
    """The query of a page: filters of the order list, moments, numbers, ids."""
    query = QueryDict(data)
    read_filter(query)
    for name in list(query)[:20]:
        asked.whole(query, name, 0)
        asked.ids(query.getlist(name))
        stock_asked.number(query, name)
        for read in (asked.moment, asked.moments, stock_asked.moment):
            try:
                read(query, name)
            except InvalidInput:
                continue


def read_pasted(data: bytes) -> None:
    rows, faults = read_lines(data.decode("utf-8", "replace"))
    assert all(row.quantity >= 1 for row in rows)
    assert all(fault.reason for fault in faults)


def read_mending(data: bytes) -> None:
    """A kept order that is mended in a form: the payload, and what was typed over it."""
    first, _, second = data.partition(b"\n")
    payload, typed = keepable(_json(first)), QueryDict(second).dict()  # as the database has it
    mended: Mapping[str, Any] = mend(payload if isinstance(payload, dict) else {}, typed)
    sheet(mended, [{"field": name, "reason": "wrong", "remedy": ""} for name in list(typed)[:5]])
    parse_order(mended)


def read_letter_key(data: bytes) -> None:
    assert read_key(data.decode("utf-8", "replace")).message_id > 0


def read_label_picture(data: bytes) -> None:
    zpl_picture(data.decode("utf-8", "replace"))


def _layout_seed() -> bytes:
    whole = make_layout(aisles=2, bins_per_side=2, levels=1)
    text = whole if isinstance(whole, str) else whole.decode()
    assert next(csv.reader(io.StringIO(text)))
    return text.encode()


def _letters() -> tuple[bytes, ...]:
    seed = orjson.dumps(ORDER | {"customer": {}, "charges": []})
    return (*(f"{name}\n{{}}".encode() for name in sorted(CATALOG)), b"SubmitOrder\n" + seed)


NOW = datetime(2026, 3, 2, 8, tzinfo=UTC).isoformat()
BATCH = {
    "tenant": "t",
    "source": "node:A",
    "destination": "oms",
    "letters": [{"id": "1", "type": "X", "version": 1, "subject": "s", "actor": "a", "created_at": NOW, "payload": {}}],
}
SCANS = {
    "session": "1",
    "badge": "B.1",
    "scans": [{"id": "7b1c7a52-3c0e-4b57-8f0e-0f1f6f2d9a12", "text": "L.01-001-1", "quantity": 1, "at": NOW}],
}
TARIFF = [
    {
        "carrier": "own",
        "service": "standard",
        "zones": {
            "zones": [{"zone": "home", "domestic": True}],
            "rates": [{"service": "standard", "zone": "home", "base": 390, "per_step": 55, "transit_days": 2}],
        },
    }
]
FIELDS = tuple(f'"{name}"'.encode() for name in (*ORDER, "sku", "quantity", "unit_price", "line_number", "country", "amount"))
ODD = (
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"1e-9",
    b"999999999999999999999",
    b"9223372036854775807",
    b'"\\ud800"',
    b'"\\u0000"',
    "\u202e".encode(),
    b"NaN",
)

TARGETS: dict[str, Target] = {
    "order": Target(read_order, (orjson.dumps(ORDER), b"{}", b"[]"), FIELDS + ODD),
    "address": Target(read_address, (orjson.dumps(ORDER["ship_to"]),), ODD),
    "order-lines": Target(read_stream, (orjson.dumps(ORDER) + b"\n{}\n\n[", b"\r\n1\n")),
    "layout": Target(read_floor_plan, (_layout_seed(),), (b"bin", b"depot", b"cross_aisle", b"kind,", b'"', b"\xef\xbb\xbf")),
    "barcode": Target(
        read_label,
        (
            b"L.01-001-1",
            b"T.MAIN-T001",
            b"]C100095212340000000006",
            b"0109521234543213\x1d10LOT\x1d1726010121S1",
            b"(01)09521234543213(10)ABC",
            b"5012345678900",
            b"!short",
        ),
        (b"\x1d", b"]d2", b"<GS>", b"(01)", b"00", b"3103"),
    ),
    "letter": Target(read_letter, _letters(), FIELDS + ODD),
    "webhook": Target(read_batch, (orjson.dumps(BATCH),), ODD),
    "cursor": Target(
        read_page_mark,
        tuple(make_cursor(key).encode() for key in (1, "a", ["2026-01-01T00:00:00+00:00", 7], [1, 2])),
        (b"e30", b"="),
    ),
    "api-key": Target(read_api_key, (b"Bearer oh_1_2_secret", b"Bearer oh_zzzzzzzzzzzzz_1_x"), (b"oh_", b"Bearer ")),
    "quantity": Target(read_quantity, (b"1", b'"1"', b"1.5", b"-1", b"true"), ODD),
    "tariff": Target(read_tariffs, (orjson.dumps(TARIFF),), ODD),
    "scans": Target(read_scanner, (orjson.dumps(SCANS),), ODD),
    "search": Target(read_search, (b"WEB-1001", "Gartenm\u00f6bel gr\u00fcn".encode(), "\u00df\u0130\u0131".encode())),
    "question": Target(
        read_question,
        (
            b"tab=held&sort=-value&node=MAIN&q=A&value_from=1&promised_from=2010-10-01",
            b"since=2009-12-01T00:00:00Z&before=7&days=3",
        ),
        (b"value_from=", b"promised_to=", b"since=", b"0001-01-01", b"9999-12-31T23:59:59-23:59"),
    ),
    "pasted": Target(read_pasted, (b'SKU\tUnits\nA\t2\nB;3\n"C,D",4',), (b"\t", b'"', b";")),
    "mending": Target(
        read_mending,
        (orjson.dumps(ORDER) + b"\nlines[0].sku=B&ship_to.name=Bob&drop:lines[0]=on",),
        (b"lines[0].", b"drop:", b"ship_to.", *ODD),
    ),
    "letter-key": Target(read_letter_key, (b"oms/250128042778370048", b"node:MAIN/1")),
    "label-picture": Target(
        read_label_picture,
        (b"^XA^PW800^LL1200^FO10,10^A0N,40,40^FB700,2,0,L^FDHi^FS^BY2^BCN,100,Y,N^FD>;0095212^FS^XZ",),
        (b"^FO", b"^GB", b"^BC", b"_5E"),
    ),
}
"""Every target by its name. EDI files and CSV imports join when a reader for them does."""
