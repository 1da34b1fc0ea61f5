"""A whole file, day after day, from where the last run stopped."""

from __future__ import annotations

import resource
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from orderhouse.catalog.open_business import Business, find_business, open_business
from orderhouse.catalog.queries import items_by_sku
from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.replay import world
from orderhouse.replay.hands import Hands, OwnHands, Processes, alone
from orderhouse.replay.interpret import Account, Interpreter, by_day, trading_weekdays
from orderhouse.replay.journal import AnotherReplay, Journal, fingerprint
from orderhouse.replay.open_world import ACTOR, Floor, open_world, register_replay_carriers
from orderhouse.replay.places import Gazetteer, home_cities, read_outcodes
from orderhouse.replay.progress import Progress
from orderhouse.replay.read_invoices import InvoiceLine, NotAnInvoiceFile, read_invoices
from orderhouse.replay.restock import Restock
from orderhouse.replay.run_day import Shop, moment, run_day
from orderhouse.replay.stages import Stages
from orderhouse.replay.stock_codes import meaning, sku_of

STATISTICS_AFTER = (1, 3, 10, 30, 90)
"""Days after which the database looks anew at its tables, on top of what it does by itself."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a run did: the business, where every row went, the days and stages of all its runs together, this run's seconds."""

    business: str
    tenant_id: int
    file: str
    seed: int
    account: Account
    days: Mapping[date, Mapping[str, Any]]
    days_in_file: int
    steps: Sequence[Mapping[str, Any]]
    seconds: float
    own_seconds: float
    peak_megabytes: float
    places: str


def run_replay(
    *,
    path: Path,
    locks: Path,
    business: str | None = None,
    days: int | None = None,
    seed: int = 0,
    fresh: bool = False,
    outcodes: Path | None = None,
    quiet: bool = False,
    refresh_statistics: Callable[[], None] = lambda: None,
    processes: int = 1,
    prepare: Callable[[], None] | None = None,
) -> Lived:
    """Live through the file's first ``days`` days (all of them if None) in a business of its own; go on where a run was killed.

    ``business`` is its code; by default one named after the file and the seed. ``fresh`` begins a new one. ``outcodes`` is a
    CSV of postcode districts to draw customers' places from. ``refresh_statistics`` is called while the business grows from
    nothing, so that the database plans for the tables as they are. With more than one of ``processes`` the nodes are worked
    beside the order desk, and ``prepare`` makes each new process ready. ``locks`` is a folder for lock files: a business is
    lived through by one run at a time; a second one waits. Raises ``NotAnInvoiceFile`` for what is no such file,
    :class:`AnotherReplay` for a business that lives something else through.
    """
    began, own = clock.monotonic(), clock.process_time()
    account = Account()
    rows = by_day(read_invoices(path), account)
    if not rows:
        raise NotAnInvoiceFile(file=path, why="none of its rows can be read")
    home = read_outcodes(outcodes) if outcodes else home_cities()
    places = f"{len(home):,} postcode districts" if outcodes else f"{len(home)} British cities, by residents"
    mark = fingerprint(path)
    code = _code(business, mark, seed, fresh)
    with alone(locks / code / "desk.lock"):
        week = trading_weekdays(rows)
        start = moment(min(rows), time(5))
        opened, journal = _open(code, {"file": mark, "seed": seed, "places": places}, start)
        register_replay_carriers()
        floors = open_world(tenant_id=opened.tenant_id, at=start, items=_range_size(rows), working_days=week)
        hands: Hands = (
            Processes(opened.tenant_id, _groups(floors, processes), seed, prepare, locks / code)
            if prepare and processes > 1
            else OwnHands(opened.tenant_id, floors, seed)
        )
        shop = Shop(
            tenant_id=opened.tenant_id,
            floors=floors,
            hands=hands,
            working_days=week,
            seed=seed,
            journal=journal,
            restock=Restock(opened.tenant_id, floors, week),
            refresh_statistics=refresh_statistics,
        )
        wanted = list(rows)[:days]
        _live(shop, opened, Interpreter(Gazetteer(home), account), account, rows, wanted, quiet)
    account.later = sum(len(rows[day]) for day in list(rows)[len(wanted) :])
    return Lived(
        business=code,
        tenant_id=opened.tenant_id,
        file=path.name,
        seed=seed,
        account=account,
        days={day: journal.days[day] for day in wanted},
        days_in_file=len(rows),
        steps=journal.marks,
        seconds=clock.monotonic() - began,
        own_seconds=clock.process_time() - own,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        places=places,
    )


def _live(
    shop: Shop,
    business: Business,
    interpreter: Interpreter,
    account: Account,
    rows: Mapping[date, list[InvoiceLine]],
    wanted: Sequence[date],
    quiet: bool,
) -> None:
    """Day after day: those done before are read again, so that this process knows what it knew, and not lived again."""
    total = sum(len(rows[day]) for day in wanted)
    before = [day for day in wanted if day in shop.journal.days]
    done = sum(len(rows[day]) for day in before)
    left = {}
    if before:
        left = _recall(shop, business, rows, before)
    progress = Progress(lines_total=total, days_total=len(wanted), lines_done=done)
    so_far = 0
    for n, day in enumerate(wanted, 1):
        so_far += len(rows[day])
        began, odd = clock.perf_counter(), len(account.odd_rows)
        shop.stages = Stages()
        with shop.stages.stage("interpret") as lines:
            business_of_day = interpreter.day(day, rows[day])
            lines["interpret"] += len(rows[day])
        if day in shop.journal.days:
            shop.grams |= {item.sku: world.item_definition(item).weight_grams for item in business_of_day.new_items}
            shop.restock.learn(day, business_of_day.new_items, shop.ids)
            shop.restock.observe(left.get(day))
            continue
        scans = sum(shop.scans.values())
        run_day(shop, business_of_day)
        own, database = shop.processor_seconds()
        facts = {
            "orders": len(business_of_day.orders),
            "lines": business_of_day.lines,
            "seconds": round(clock.perf_counter() - began, 3),
            "own_seconds": round(own, 3),
            "database_seconds": round(database, 3),
            "odd": [list(row) for row in account.odd_rows[odd:]],
            "scans": sum(shop.scans.values()) - scans,
            "stages": shop.stages.as_facts(),
        }
        if n in STATISTICS_AFTER:
            shop.refresh_statistics()
        shop.journal.close_day(shop.by(moment(day, time(23, 59))), day, facts)
        if not quiet:
            progress.show(day=day.isoformat(), days_done=n, lines_done=so_far, last=n == len(wanted))


def _recall(shop: Shop, business: Business, rows: Mapping[date, list[InvoiceLine]], before: Sequence[date]) -> dict[date, Any]:
    """The items known before, and what left on each day done, by the books."""
    skus = {sku_of(row.stock_code) for day in before for row in rows[day]}
    with unit_of_work(shop.tenant_id):
        shop.ids |= {sku: item.id for sku, item in items_by_sku(shop.tenant_id, business.owner_id, skus).items()}
    return shop.restock.recall(moment(before[0], time.min), moment(before[-1], time.max) + timedelta(seconds=1))


def _code(code: str | None, mark: str, seed: int, fresh: bool) -> str:
    """The business to live in: the one asked for, else one named after file and seed; a new one where a fresh start is wanted."""
    wanted = code or f"replay-{mark[:8]}-{seed}"
    chosen, n = wanted, 2
    while fresh and find_business(chosen):
        chosen, n = f"{wanted}-{n}", n + 1
    return chosen


def _open(code: str, lived: dict[str, Any], start: datetime) -> tuple[Business, Journal]:
    """The business and its journal, both begun if need be."""
    found = find_business(code) or open_business(code=code, name="Replay of a year", at=start, owner_code=world.OWNER)
    journal = Journal(found.tenant_id)
    if journal.opened is None:
        _refuse_a_business_at_work(found.tenant_id, code)
        journal.open(By(found.tenant_id, ACTOR, start), lived)
    elif any(journal.opened.get(key) != value for key, value in lived.items()):
        raise AnotherReplay(code=code, what="lives another file, seed or set of places through")
    return found, journal


def _refuse_a_business_at_work(tenant_id: int, code: str) -> None:
    with unit_of_work(tenant_id):
        if fetch_values("SELECT 1 FROM oms_order WHERE tenant_id = %s LIMIT 1", (tenant_id,)):
            raise AnotherReplay(code=code, what="has orders of its own")


def _groups(floors: Sequence[Floor], processes: int) -> list[list[Floor]]:
    """The nodes shared out so that each process has about the same launch quantities to handle."""
    groups: list[list[Floor]] = [[] for _ in range(min(processes, len(floors)))]
    for floor in sorted(floors, key=lambda floor: -floor.site.share):
        min(groups, key=lambda group: sum(f.site.share for f in group)).append(floor)
    return groups


def _range_size(rows: Mapping[date, list[InvoiceLine]]) -> int:
    """How many stock codes of goods the whole file names."""
    skus = {sku_of(row.stock_code) for lines in rows.values() for row in lines}
    return sum(meaning(sku).kind == "goods" for sku in skus)
