"""How long every page takes on a full year: milliseconds of server time, statements and bytes, page by page.

Make the year once (some twenty minutes on two cores)::

    ORDERHOUSE_STATE=DIR orderhouse replay ../shared/data/online_retail_2009_2010/online_retail_2009_2010.csv.xz

then ``python -m bench.pages --state DIR`` measures it as it stands: every order has left. ``--open-work`` first gives that business a
busy morning, once (:mod:`bench.open_work`: 3,000 orders, a wave of 1,000, tours under way, receipts, counts, exceptions), and
measures the full lists. ``DATABASE_URL`` measures another database.

Every GET address of the console and the scanner is visited, with the largest thing of its kind there is (the order with the most
lines, the item ordered most often, the fullest bin, the largest wave ...) and each filter, sort and layer that asks for other work
(:data:`VARIATIONS`). The request passes the whole house in this process: middleware, policy, statements, template. One visit warms
up, then :data:`VISITS` are timed. An address whose argument nobody gave a sample for fails the run, so that no page is forgotten.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import logging
import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

from orderhouse.config.ready import ready, take_writer_number

LIMIT_MS = 200
VISITS = 7
FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures" / "pages.json"
TABLES = ("oms_order", "oms_order_line", "ledger_movement", "ledger_account", "contract_event", "wms_scan", "wms_pick_task", "wms_location")  # fmt: skip

VARIATIONS: dict[str, tuple[str, ...]] = {
    "console:orders": (
        *("tab=attention", "tab=held", "tab=backordered", "tab=late&sort=ship_by", "tab=to-release", "tab=floor", "tab=shipped"),
        *("sort=-age", "sort=ship_by", "sort=promise", "sort=value", "sort=-value", "tab=floor&sort=value"),
        *("value_from=1000", "value_from=100&value_to=200&sort=value", "node={node_code}", "channel={channel}", "country=FR"),
        *("q={item_code}", "q={customer}", "q={order_number}", "stage=released", "entered=released", "entered=captured"),
        *("received=today", "shipped=today", "hold=payment", "risk=late", "promised_from=2010-10-01&promised_to=2010-10-31"),
    ),
    "console:find-items": ("q={item_code}", "q=bag", "q=light"),
    "console:search": ("q={order_number}", "q={item_code}", "q={customer}", "q={tracking}", "q=bag", "q={bin_code}", "q=zzzz"),
    "console:order": ("lines=all", "story=order", "at={order_moment}"),
    "console:order-why": ("all=1",),
    "console:stock": ("q=bag", "q={item_code}", "node={node_code}", "tab=free", "tab=short", "sort=-sku", "sort=free"),
    "console:map": (
        *("layer=heat&days=7", "layer=heat&days=30", "layer=age", "layer=expiry", "layer=count", "as=table", "q=bag"),
        *("bin={bin_code}", "layer=heat&days=30@last-day"),
    ),
    "console:floor-of-releases": ("{releases}",),
    "console:outbounds": ("node={node_code}&stage=ready", "node={node_code}&stage=picking", "node={node_code}&skip=200"),
    "console:outbounds-done": ("node={node_code}&since=2009-12-01T00:00:00Z", "node={node_code}&what=packed&since=2009-12-01T00:00:00Z"),
    "console:people-at-work": ("node={node_code}", "node={node_code}&since=2009-12-01T00:00:00Z"),
    "console:scans": ("node={node_code}&since=2009-12-01T00:00:00Z", "node={node_code}&refused=1&since=2009-12-01T00:00:00Z"),
    "console:picks": ("node={node_code}&since=2009-12-01T00:00:00Z", "node={node_code}&state=short&since=2009-12-01T00:00:00Z"),
    "console:exceptions": ("tab=settled", "kind=short_pick", "node={node_code}", "owner=mine"),
    "console:receipts": ("node={node_code}&tab=expected", "node={node_code}&tab=receiving", "node={node_code}&tab=closed"),
    "console:receipt-items": ("sku={item_code}",),
    "console:receipt-movements": ("what=damaged",),
    "console:counts": ("node={node_code}&tab=ready", "node={node_code}&tab=counted", "node={node_code}&tab=approved"),
    "console:plan-counts": (
        *("node={node_code}&by=abc&limit=200", "node={node_code}&by=zone&wanted=A", "node={node_code}&by=item&wanted={item_code}"),
        *("node={node_code}&by=doubt", "node={node_code}&by=age"),
    ),
    "console:short-picks": ("node={node_code}", "node={node_code}&since=2009-12-01T00:00:00Z"),
    "console:waves": ("state=done", "state=released"),
    "console:movements": ("item={item_id}", "item={item_id}&node={node_code}&figure=on_hand", "place={place_id}"),
    "console:item-movements": ("figure=reserved", "node={node_code}"),
    "console:book-movements": ("sku={item_code}", "cause=receipt", "state=damaged", "node={node_code}", "from=2010-06-01&to=2010-06-30"),
    "console:letters": ("state=waiting", "state=delivered"),
    "console:packing": ("node={node_code}",),
    "console:documents": ("node={node_code}", "node={node_code}&q={order_number}"),
    "console:bin-labels": ("node={node_code}&prefix=A1",),
    "console:item-labels": ("item={item_id}",),
    "console:invalid-orders": ("state=replayed",),
}  # fmt: skip

NO_PAGES = frozenset({"console:sign-out"})

SAMPLES: dict[str, str] = {
    "order_id": "SELECT order_id FROM oms_order_line WHERE tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "item_id": "SELECT item_id FROM oms_order_line WHERE tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "node_code": """SELECT n.code FROM catalog_node n JOIN wms_location l ON l.tenant_id = n.tenant_id AND l.node_id = n.id
                    WHERE n.tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC LIMIT 1""",
    "number": """SELECT w.number FROM wms_wave w JOIN catalog_node n ON n.tenant_id = w.tenant_id AND n.id = w.node_id
                 WHERE w.tenant_id = %(t)s AND n.code = %(node_code)s
                 ORDER BY w.state IN ('planned', 'released') DESC, w.orders DESC LIMIT 1""",
    "tour_id": """SELECT p.tour_id FROM wms_pick_task p WHERE p.tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1""",
    "bin_code": """SELECT l.code FROM ledger_account a JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id
                   JOIN catalog_node n ON n.tenant_id = l.tenant_id AND n.id = l.node_id AND n.code = %(node_code)s
                   WHERE a.tenant_id = %(t)s AND a.place_id <> 0 AND l.kind = 'bin' GROUP BY 1 ORDER BY count(*) DESC, sum(a.balance) DESC LIMIT 1""",
    "outbound_id": "SELECT outbound_id FROM wms_outbound_line WHERE tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "exception_id": "SELECT id FROM wms_exception WHERE tenant_id = %(t)s ORDER BY settled_at DESC NULLS FIRST, id DESC LIMIT 1",
    "receipt_id": "SELECT receipt_id FROM wms_receipt_line WHERE tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "task_id": "SELECT id FROM wms_count_task WHERE tenant_id = %(t)s ORDER BY id DESC LIMIT 1",
    "parcel_id": "SELECT parcel_id FROM wms_parcel_line WHERE tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "manifest_id": "SELECT manifest_id FROM wms_parcel WHERE tenant_id = %(t)s AND manifest_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "invalid_id": "SELECT id FROM oms_invalid_order WHERE tenant_id = %(t)s ORDER BY id DESC LIMIT 1",
    "bulk_id": "SELECT bulk_id FROM oms_bulk_order WHERE tenant_id = %(t)s GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "lot_id": "SELECT id FROM ledger_lot WHERE tenant_id = %(t)s ORDER BY id LIMIT 1",
    "view_id": "SELECT id FROM people_saved_view WHERE tenant_id = %(t)s LIMIT 1",
    "code": "SELECT code FROM wms_handling_unit WHERE tenant_id = %(t)s AND kind = 'tote' ORDER BY id LIMIT 1",
    "rule": "SELECT 'balance_equals_recount'",
    "source": "SELECT source FROM contract_outbox WHERE tenant_id = %(t)s ORDER BY id DESC LIMIT 1",
    "message_id": "SELECT id FROM contract_outbox WHERE tenant_id = %(t)s ORDER BY id DESC LIMIT 1",
    "key_id": "SELECT id FROM people_api_key WHERE tenant_id = %(t)s LIMIT 1",
    "place_id": "SELECT id FROM wms_location WHERE tenant_id = %(t)s AND code = %(bin_code)s LIMIT 1",
    "order_number": "SELECT number FROM oms_order WHERE tenant_id = %(t)s AND id = %(order_id)s",
    "item_code": "SELECT sku FROM catalog_item WHERE tenant_id = %(t)s AND id = %(item_id)s",
    "channel": "SELECT code FROM oms_channel WHERE tenant_id = %(t)s ORDER BY id LIMIT 1",
    "customer": "SELECT name FROM oms_customer WHERE tenant_id = %(t)s AND name <> '' ORDER BY id LIMIT 1",
    "tracking": "SELECT tracking FROM oms_parcel WHERE tenant_id = %(t)s AND tracking <> '' ORDER BY id DESC LIMIT 1",
    "order_moment": """SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM contract_event
                       WHERE tenant_id = %(t)s AND subject_kind = 'order' AND subject_id = %(order_id)s ORDER BY id LIMIT 1""",
}  # fmt: skip
"""What each argument of an address stands for: the largest there is. Later ones may use earlier ones."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One address, visited. Milliseconds on the clock, and ``ms_busy`` those our process and its database process were at work a
    visit: on a busy machine the clock shows the wait for a processor, too. ``paper`` is a PDF or a file, which the limit does not bind. ``bytes_sent`` are those of the compressed answer."""

    page: str
    paper: bool
    status: int
    statements: int
    ms_median: float
    ms_worst: float
    ms_busy: float
    bytes: int
    bytes_sent: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", type=Path, metavar="DIR", help="the state directory that holds the year")
    parser.add_argument("--open-work", action="store_true", help="give the business a busy morning first, if it has none yet")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only pages whose name and fields contain it; keeps no figures"
    )
    parser.add_argument("--json", type=Path, default=FIGURES, metavar="FILE", help="where the figures are kept (docs/figures)")
    asked = parser.parse_args()
    if asked.state:
        os.environ["ORDERHOUSE_STATE"] = str(asked.state.absolute())
    ready()
    take_writer_number()
    from django.conf import settings

    settings.SESSION_COOKIE_AGE = 10**9
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # what went wrong stands in the table
    business = _largest_business()
    if asked.open_work:
        from bench.open_work import open_work

        open_work(business)
    rows, missing = measure(business, asked.only)
    slow = [row for row in rows if row.ms_median > LIMIT_MS and not row.paper]
    _print(rows, missing)
    if not asked.only:
        _keep(asked.json, "with open work" if asked.open_work else "a year, all shipped", business, rows)
    worked = sum(row.ms_busy > LIMIT_MS and not row.paper for row in rows)
    print(f"\n{len(rows)} addresses; {len(slow)} over {LIMIT_MS} ms on the clock, {worked} over {LIMIT_MS} ms of work")
    return 1 if slow or missing or any(row.status >= 500 for row in rows) else 0


def measure(tenant_id: int, only: str = "") -> tuple[list[Measured], list[str]]:
    """Every address visited, and the arguments nobody has a sample for."""
    samples = _samples(tenant_id)
    browser = _signed_in(tenant_id, samples)
    rows, missing = [], []
    for name, arguments, address in _addresses():
        unknown = [argument for argument in arguments if argument not in samples]
        if unknown:
            missing.append(f"{name}: {', '.join(unknown)}")
            continue
        if any(samples[argument] is None for argument in arguments):
            continue  # nothing of the kind in this business
        path = address.format_map(samples)
        for variation in ("", *VARIATIONS.get(name, ())):
            label = f"{name}{'(node)' if name in DOUBLE and arguments else ''}{'?' if variation else ''}{variation}"
            if only not in label or (name in DOUBLE and arguments and variation):
                continue
            row = _visit(browser, label, path, variation, samples)
            if row.status != 405:
                rows.append(row)
    return rows, missing


DOUBLE = frozenset({"console:map", "console:waves"})
"""Addresses with and without a node; variations are measured once."""


def _visit(browser: Any, label: str, path: str, variation: str, samples: dict[str, Any]) -> Measured:
    from orderhouse.kernel import clock

    query, _, when = variation.partition("@")
    url = path + (f"?{query.format_map(samples)}" if query else "")
    moment = samples["last_pick"] if when else None
    times: list[float] = []
    for visit in range(1 + VISITS):
        if visit == 1:
            busy = _busy_ms()
        with _counted() as seen:
            begun = perf_counter()
            if moment:
                with clock.at(moment):
                    answer = browser.get(url)
            else:
                answer = browser.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            times.append(1000 * (perf_counter() - begun))
        if answer.status_code in (404, 405):
            break
    warm, worked = times[1:] or times, (_busy_ms() - busy) / VISITS if len(times) > 1 else 0.0
    sent = len(body)
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    paper = answer.headers.get("Content-Type", "").startswith(("application/pdf", "text/csv", "text/plain"))
    ms = (round(each, 1) for each in (median(warm), max(warm), worked))
    return Measured(label, paper, answer.status_code, len(seen), *ms, len(body), sent)


def _busy_ms() -> float:
    """Processor milliseconds of this process and of the database process that serves it; of this one alone where that is not here."""
    from django.db import connection

    total = 1000 * process_time()
    if connection.connection is not None:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
            total += 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


class _counted:
    """Statements while the block runs, whoever sends them."""

    def __enter__(self) -> list[str]:
        import psycopg

        seen: list[str] = []
        self._cursor, self._plain = psycopg.Cursor, psycopg.Cursor.execute
        plain = self._plain

        def execute(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            text = query.decode() if isinstance(query, bytes) else str(query)
            if not text.startswith("SET "):
                seen.append(text)
            return plain(cursor, query, *args, **kwargs)

        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
        return seen

    def __exit__(self, *_: object) -> None:
        self._cursor.execute = self._plain  # type: ignore[method-assign]


def _addresses() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Name, arguments and address (``/orders/{order_id}``) of everything in the namespaces console and scanner."""
    from django.urls import get_resolver

    def walk(patterns: Iterable[Any], prefix: str, namespace: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
        for pattern in patterns:
            address = prefix + _plain(str(pattern.pattern))
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, address, pattern.app_name or namespace)
            elif namespace in ("console", "scanner"):
                name = f"{namespace}:{pattern.name}"
                if name not in NO_PAGES:
                    yield name, tuple(pattern.pattern.converters), address

    yield from walk(get_resolver().url_patterns, "/", "")


def _plain(route: str) -> str:
    """``orders/<int:order_id>`` as ``orders/{order_id}``."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).replace("^", "")


def _samples(tenant_id: int) -> dict[str, Any]:
    from orderhouse.database import fetch_value, fetch_values, unit_of_work

    found: dict[str, Any] = {"t": tenant_id}
    with unit_of_work(tenant_id):
        for name, statement in SAMPLES.items():
            found[name] = fetch_value(statement, found)
        numbers = fetch_values("SELECT number FROM oms_release WHERE tenant_id = %(t)s ORDER BY id DESC LIMIT 20", found)
        found["last_pick"] = fetch_value(
            "SELECT max(done_at) FROM wms_pick_task WHERE tenant_id = %(t)s AND done_at < '2011-01-01'", found
        )
    found["releases"] = urlencode([("number", number) for number in numbers])
    return found


def _signed_in(tenant_id: int, samples: dict[str, Any]) -> Any:
    """A browser of a new administrator, which is an enrolled scanner as well; what pages need that no data holds joins the samples."""
    from django.core import signing
    from django.test import Client

    from orderhouse.catalog.queries import node_by_code
    from orderhouse.console.wms import wall
    from orderhouse.database import fetch_one, unit_of_work
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.people.define_badges import define_badges
    from orderhouse.people.define_person import define_person, grant_roles

    by = By(tenant_id, "pages-benchmark", clock.now())
    email, password = "pages@example.com", secrets.token_urlsafe(24)
    person = define_person(email=email, name="Page Turner", password=password)
    grant_roles(by=by, user_id=person, roles=["admin", "order_desk", "warehouse_manager", "floor"])
    define_badges(by=by, badges={"PAGES": "Page Turner"})
    browser = Client(raise_request_exception=False, headers={"accept-encoding": "gzip"})
    answer = browser.post("/sign-in", {"email": email, "password": password})
    if answer.status_code != 302:
        raise SystemExit("Signing in failed.")
    headers = {"content_type": "application/json"}
    browser.post("/scanner/api/enroll", {"node": samples["node_code"], "name": "Pages"}, **headers)
    browser.post("/scanner/api/sign-in", {"badge": "B.PAGES"}, **headers)
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, samples["node_code"])
        serial = fetch_one("SELECT wall_key FROM wms_site WHERE tenant_id = %s AND node_id = %s", (tenant_id, node.id))
    samples["user_id"] = person
    samples["token"] = signing.dumps([tenant_id, node.code, serial[0] if serial else 0], salt=wall.SALT)
    return browser


def _largest_business() -> int:
    from orderhouse.database import fetch_value, unit_of_work
    from orderhouse.database.tenants import tenants

    def orders(tenant_id: int) -> int:
        with unit_of_work(tenant_id):
            return int(fetch_value("SELECT count(*) FROM oms_order WHERE tenant_id = %s", (tenant_id,)))

    every = [tenant.tenant_id for tenant in tenants()]
    if not every:
        raise SystemExit("No business lives in this database; see the head of this file for how to make the year.")
    return max(every, key=orders)


def _print(rows: list[Measured], missing: list[str]) -> None:
    print(f"{'page':78} {'status':>6} {'stmts':>5} {'median':>7} {'worst':>7} {'busy':>6} {'KB':>6} {'sent':>5}")
    for row in sorted(rows, key=lambda row: -row.ms_median):
        mark = "  OVER" if row.ms_median > LIMIT_MS and not row.paper else ""
        wrong = f"  {row.status}" if row.status >= 400 else ""
        print(
            f"{row.page[:78]:78} {row.status:6} {row.statements:5} {row.ms_median:7.1f} {row.ms_worst:7.1f} {row.ms_busy:6.1f} {row.bytes / 1000:6.0f} {row.bytes_sent / 1000:5.0f}{mark}{wrong}"
        )
    for each in missing:
        print(f"no sample for {each}", file=sys.stderr)


def _keep(path: Path, section: str, tenant_id: int, rows: list[Measured]) -> None:
    from orderhouse.database import fetch_value, unit_of_work

    with unit_of_work(tenant_id):
        held = {table: fetch_value(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (tenant_id,)) for table in TABLES}
    figures = json.loads(path.read_text()) if path.exists() else {}
    figures[section] = {"rows": held, "visits": VISITS, "pages": [asdict(row) for row in sorted(rows, key=lambda row: row.page)]}
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
