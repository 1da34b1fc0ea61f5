"""The oracle: holds what clients were told against what stands in the books. It trusts the journals, and nothing else.

Acknowledged work must be there, once. Refused work must not. Unknown work may be there once or not at all, and after it was
asked again it must be there once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.faults.house import House
from tests.faults.journal import Entry

ORDER_KINDS = ("order", "orders", "bulk", "letters")


@dataclass
class Verdict:
    """``acknowledged`` and ``unknown`` count commands; the lists say in words what is wrong."""

    acknowledged: int = 0
    unknown: int = 0
    refused: int = 0
    unknown_kinds: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.violations)

    def weigh(self, what: str, entry: Entry, found: int) -> None:
        """``found`` is how many times the command took effect."""
        if found > 1:
            self.doubled.append(f"{what}: took effect {found} times")
        elif entry.is_acknowledged and not found:
            self.lost.append(f"{what}: acknowledged, and not there")
        elif entry.is_refused and found:
            self.violations.append(f"{what}: refused ({entry.answers[0][0]}), and there all the same")


def examine(house: House, entries: Iterable[Entry]) -> Verdict:
    """Everything, on a house at rest."""
    verdict, known = Verdict(), list(entries)
    for entry in known:
        verdict.acknowledged += entry.is_acknowledged
        verdict.unknown += entry.is_unknown
        if entry.is_unknown:
            verdict.unknown_kinds[f"{entry.kind} {entry.answers[-3:]}"] += 1
        verdict.refused += not entry.is_acknowledged and not entry.is_unknown
        if any(status == 500 for status, _ in entry.answers):
            verdict.violations.append(f"{entry.id}: a fault was answered as an error nobody expected (500)")
        if entry.kind == "rejected":
            verdict.violations.append(f"{entry.id}: taken though {entry.facts['why']} ({entry.facts['status']})")
    _orders(house, known, verdict)
    _changes(house, known, verdict)
    _goods(house, known, verdict)
    _scans(house, known, verdict)
    _letters(house, known, verdict)
    _books(house, verdict)
    return verdict


def _orders(house: House, entries: list[Entry], verdict: Verdict) -> None:
    found: defaultdict[tuple[str, str], list[list[tuple[str, int]]]] = defaultdict(list)
    for channel, number, lines in house.rows(
        "oms",
        """SELECT c.code, o.channel_order_id,
                  (SELECT array_agg(i.sku || ':' || l.ordered ORDER BY l.line_number) FROM oms_order_line l
                   JOIN catalog_item i ON i.id = l.item_id WHERE l.order_id = o.id)
           FROM oms_order o JOIN oms_channel c ON c.id = o.channel_id""",
    ):
        found[channel, number].append(lines)
    intended = set()
    for entry in entries:
        if entry.kind not in ORDER_KINDS:
            continue
        for one in entry.facts["orders"]:
            key = one["channel"], one["channel_order_id"]
            intended.add(key)
            verdict.weigh(f"order {'-'.join(key)}", entry, len(found[key]))
            asked = [f"{line['sku']}:{line['quantity']}" for line in one["lines"]]
            verdict.violations += [f"order {'-'.join(key)}: {asked} became {lines}" for lines in found[key] if lines != asked]
    verdict.violations += [f"order {'-'.join(key)}: nobody asked for it" for key in found if found[key] and key not in intended]


def _changes(house: House, entries: list[Entry], verdict: Verdict) -> None:
    cancelled = dict(
        house.rows(
            "oms",
            """SELECT o.channel_order_id, l.cancelled FROM oms_order o JOIN oms_order_line l ON l.order_id = o.id
               WHERE l.line_number = 1 AND l.cancelled > 0""",
        )
    )
    held = {
        number: (holds, lifted)
        for number, holds, lifted in house.rows(
            "oms",
            """SELECT o.channel_order_id, count(*), count(h.lifted_at) FROM oms_order o JOIN oms_hold h ON h.order_id = o.id
               GROUP BY 1""",
        )
    }
    for entry in entries:
        order = entry.facts.get("order", "")
        if entry.kind == "cancel":
            units = int(cancelled.pop(order, 0))
            if units > 1:
                verdict.doubled.append(f"cancel of {order}: one unit was asked for, {units} are cancelled")
            elif entry.said and entry.said["cancelled"] == 1 and not units:
                verdict.lost.append(f"cancel of {order}: acknowledged, and not there")
            elif entry.is_refused and units:
                verdict.violations.append(f"cancel of {order}: refused, and there all the same")
        elif entry.kind == "hold":
            verdict.weigh(f"hold of {order}", entry, held.get(order, (0, 0))[0])
        elif entry.kind == "lift" and entry.said and entry.said["lifted"] and not held.get(order, (0, 0))[1]:
            verdict.lost.append(f"lift of {order}'s hold: acknowledged, and not there")
    verdict.violations += [f"order {order}: {units} units cancelled that nobody cancelled" for order, units in cancelled.items()]


def _goods(house: House, entries: list[Entry], verdict: Verdict) -> None:
    booked = {
        number: (int(counted), int(moved or 0))
        for number, counted, moved in house.rows(
            "wms",
            """SELECT r.number, coalesce((SELECT sum(l.good + l.damaged) FROM wms_receipt_line l WHERE l.receipt_id = r.id), 0),
                      (SELECT sum(m.quantity) FROM ledger_movement m JOIN ledger_account a ON a.id = m.from_account_id
                       WHERE m.cause = 'receipt' AND m.cause_id = r.id AND a.state = 'supplier')
               FROM wms_receipt r""",
        )
    }
    for entry in entries:
        if entry.kind == "goods":
            counted, moved = booked.get(entry.facts["receipt"], (0, 0))
            times, odd = divmod(moved, entry.facts["quantity"])
            verdict.weigh(f"goods of {entry.facts['receipt']}", entry, times)
            if odd or counted != moved:
                verdict.violations.append(f"goods of {entry.facts['receipt']}: {counted} counted, {moved} moved")


def _scans(house: House, entries: list[Entry], verdict: Verdict) -> None:
    refused = {str(id): bool(no) for id, no in house.rows("wms", "SELECT scan_id, refused FROM wms_scan")}
    for entry in entries:
        if entry.kind != "scans" or not entry.is_acknowledged:
            continue
        said = [each for status, each in entry.answers if status == 200]
        for one, ok in zip(entry.facts["scans"], said[0], strict=True):
            if one["scan_id"] not in refused:
                verdict.lost.append(f"scan {one['scan_id']} of {entry.id}: answered, and not there")
            elif refused[one["scan_id"]] == ok:
                verdict.violations.append(
                    f"scan {one['scan_id']} of {entry.id}: the book says otherwise than the scanner was told"
                )
        if any(each != said[0] for each in said):
            verdict.violations.append(f"scans of {entry.id}: the same queue was answered differently")


def _letters(house: House, entries: list[Entry], verdict: Verdict) -> None:
    taken = Counter(
        {
            str(id): number
            for id, number in house.rows(
                "oms",
                "SELECT message_id, count(*) FROM contract_inbox WHERE source = 'channel:MKT' AND state = 'done' GROUP BY 1",
            )
        }
    )
    for entry in entries:
        if entry.kind == "letters":
            for letter in entry.facts["letters"]:
                verdict.weigh(f"letter {letter['id']} about {letter['subject']}", entry, taken[letter["id"]])
    told = {letter["subject"] for letter in house.partner.letters.values() if letter["type"] == "OrderAcknowledged"}
    for id, type_, subject, state in house.rows(
        "oms", "SELECT id, type, subject, state FROM contract_outbox WHERE destination = 'channel:MKT'"
    ):
        if state == "delivered" and str(id) not in house.partner.came:
            verdict.lost.append(f"letter {id} ({type_} about {subject}): delivered, and the market never had it")
    for (number,) in house.rows(
        "oms", "SELECT o.number FROM oms_order o JOIN oms_channel c ON c.id = o.channel_id WHERE c.code = 'MKT'"
    ):
        if number not in told:
            verdict.lost.append(f"order {number}: the market was never told that it came")
    for side in ("oms", "wms"):
        for id, type_, subject, state, error in house.rows(
            side, "SELECT id, type, subject, state, error FROM contract_outbox WHERE state IN ('waiting', 'dead')"
        ):
            verdict.violations.append(f"letter {id} ({type_} about {subject}) at {side} is {state}: {error[:120]}")
        for id, type_, subject, why in house.rows(
            side, "SELECT message_id, type, subject, refusal::text FROM contract_inbox WHERE state = 'refused'"
        ):
            verdict.violations.append(f"letter {id} ({type_} about {subject}) was refused at {side}: {why[:160]}")


def _books(house: House, verdict: Verdict) -> None:
    with ThreadPoolExecutor(2) as pool:
        for side, broken in zip(("oms", "wms"), pool.map(house.prove, ("oms", "wms")), strict=True):
            verdict.violations += [f"{side}: {rows} rows break {rule}" for rule, rows in broken.items()]
    on_the_floor = dict(
        house.rows("wms", "SELECT i.sku, s.on_hand::int FROM wms_node_stock s JOIN catalog_item i ON i.id = s.item_id")
    )
    promised = dict(
        house.rows(
            "oms",
            """SELECT i.sku, sum(a.balance)::int FROM ledger_account a JOIN catalog_item i ON i.id = a.item_id
               WHERE a.book = 'promise' AND a.state IN ('available', 'reserved', 'released', 'safety', 'shortage') GROUP BY 1""",
        )
    )
    for sku in sorted({*on_the_floor, *promised}):
        if on_the_floor.get(sku, 0) != promised.get(sku, 0):
            verdict.violations.append(
                f"{sku}: {on_the_floor.get(sku, 0)} on the floor, {promised.get(sku, 0)} in the promise book"
            )
    left = [
        int(house.rows(side, f"SELECT coalesce(sum(shipped), 0) FROM {table}")[0][0])
        for side, table in (("wms", "wms_outbound_line"), ("oms", "oms_order_line"))
    ]
    if left[0] != left[1]:
        verdict.violations.append(f"{left[0]} units left the building, {left[1]} are shipped to customers")
    ((nobodys,),) = house.rows("wms", "SELECT count(*) FROM wms_exception WHERE owner = ''")
    if nobodys:
        verdict.violations.append(f"{nobodys} exceptions have no owner")


def shape(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON: counts, and the first of what is wrong."""
    return {
        "acknowledged": verdict.acknowledged,
        "refused": verdict.refused,
        "unknown": verdict.unknown,
        "unknown_kinds": dict(verdict.unknown_kinds),
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "invariant_violations": len(verdict.violations),
        "wrong": [*verdict.lost, *verdict.doubled, *verdict.violations][:40],
    }
