"""The worker's step: carries waiting letters to wherever they go now."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

import orjson
from psycopg import errors

from orderhouse.contract import inbox, outbox
from orderhouse.contract.letters import Arrival, Receipt
from orderhouse.contract.outbox import LEASE, MOST_TRIES, UNROUTED, UNROUTED_REST, Claimed, Settled
from orderhouse.contract.receivers import handlers_of
from orderhouse.contract.routes import Route, route_to, routes
from orderhouse.contract.transports import http
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.actors import By

log = logging.getLogger(__name__)

LONGEST_REST = timedelta(seconds=30)
"""A road that failed is left alone for half a second, then twice as long each time, up to this."""
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One round: ``claimed`` = ``delivered`` + ``refused`` + ``put_back`` + ``dead``. A refused letter has arrived, too."""

    claimed: int = 0
    delivered: int = 0
    refused: int = 0
    put_back: int = 0
    dead: int = 0


class _Rests:
    """Roads that failed lately in this process, so that a partner who is down is asked once in a while, not per letter."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, str], tuple[datetime, timedelta]] = {}

    def failed(self, tenant_id: int, destination: str, at: datetime) -> datetime:
        _, last = self._until.get((tenant_id, destination), (at, timedelta(seconds=0.25)))
        rest = min(last * 2, LONGEST_REST)
        self._until[tenant_id, destination] = at + rest, rest
        return at + rest

    def held(self, tenant_id: int, destination: str) -> None:
        self._until.pop((tenant_id, destination), None)

    def of(self, tenant_id: int, at: datetime) -> list[str]:
        """Destinations to leave alone at ``at``; a clock that was set back does not lengthen a rest."""
        return [
            destination
            for (tenant, destination), (until, rest) in self._until.items()
            if tenant == tenant_id and timedelta(0) < until - at <= rest
        ]


rests = _Rests()


def deliver_waiting(*, tenant_id: int, at: datetime, limit: int = 200) -> DeliveryReport:
    """Claim up to ``limit`` letters due at ``at``, carry them, and write what became of them.

    Letters with a route are posted outside of any transaction, destinations side by side, each in its letters' order; those
    with a receiver here are delivered in one transaction that also settles them. A letter that fails by itself is set
    aside and tried again after :func:`outbox.delay`, until it is dead after :data:`MOST_TRIES`; a road that fails is waited for,
    however long, and counts no try. If this process dies on the way, the lease ends and another takes over; the inbox
    knows what it has seen. Raises database errors, after which the lease does the same.
    """
    letters = outbox.claim(tenant_id, at=at, limit=limit, resting=rests.of(tenant_id, at))
    if not letters:
        return DeliveryReport()
    with unit_of_work(tenant_id):
        known = routes(tenant_id)
        tenant = fetch_value("SELECT code FROM people_tenant WHERE tenant_id = %s", (tenant_id,))
    spent = [letter for letter in letters if letter.attempts > 2 * MOST_TRIES]
    letters = [letter for letter in letters if letter.attempts <= 2 * MOST_TRIES]
    routed = [(letter, route) for letter in letters if (route := route_to(known, letter.destination))]
    local = [letter for letter in letters if not route_to(known, letter.destination)]
    here = [letter for letter in local if handlers_of(letter.destination) is not None]
    settled, refused = _deliver_here(tenant_id, here, at) if here else ([], 0)
    rest = [_without_road(letter, at) for letter in local if handlers_of(letter.destination) is None]
    rest += [Settled(letter.id, "dead", error=f"{letter.attempts} tries never came to an end") for letter in spent]
    sent, refused_there = _send(tenant_id, tenant, routed, at)
    outbox.settle(tenant_id, rest + sent, at=at, lease=at + LEASE)
    return _report(settled + rest + sent, refused + refused_there)


def _deliver_here(tenant_id: int, letters: Sequence[Claimed], at: datetime) -> tuple[list[Settled], int]:
    """Deliver and settle in one transaction, which is tried again where another's locks were in its way."""
    for _ in range(2):
        try:
            return _try_here(tenant_id, letters, at)
        except (errors.DeadlockDetected, errors.SerializationFailure):
            log.info("a delivery met another's locks and begins anew")
    return _try_here(tenant_id, letters, at)


def _try_here(tenant_id: int, letters: Sequence[Claimed], at: datetime) -> tuple[list[Settled], int]:
    with unit_of_work(tenant_id):
        ours = outbox.lock_claimed(tenant_id, [letter.id for letter in letters], at + LEASE)
        letters = [letter for letter in letters if letter.id in ours]
        items = [
            inbox.Item(By(tenant_id, letter.actor, at, device="worker"), letter.source, letter.destination, _arrival(letter))
            for letter in letters
        ]
        receipts = inbox.take_in(tenant_id, items, at=at)
        settled = [_settled(letter, receipt, at) for letter, receipt in zip(letters, receipts, strict=True)]
        outbox.settle(tenant_id, settled, at=at, lease=at + LEASE)
    return settled, _refused(receipts)


def _send(tenant_id: int, tenant: str, routed: Sequence[tuple[Claimed, Route]], at: datetime) -> tuple[list[Settled], int]:
    """Post each destination's letters; no transaction is open meanwhile."""
    if not routed:
        return [], 0
    groups = [
        (group[0][1], [letter for letter, _ in group])
        for group in (list(g) for _, g in groupby(sorted(routed, key=_road), key=_road))
    ]
    deliver = partial(_post_all, tenant_id, tenant, at)
    if len(groups) == 1:
        results = [deliver(*groups[0])]
    else:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            results = list(pool.map(lambda group: deliver(*group), groups))
    return [one for settled, _ in results for one in settled], sum(refused for _, refused in results)


def _road(entry: tuple[Claimed, Route]) -> tuple[str, str]:
    return entry[0].destination, entry[0].source


def _post_all(tenant_id: int, tenant: str, at: datetime, route: Route, letters: Sequence[Claimed]) -> tuple[list[Settled], int]:
    """One destination's letters, batch by batch. A batch the other side chokes on is halved down to the letter at fault."""
    destination = letters[0].destination
    ahead = http.batches(letters)
    settled: list[Settled] = []
    refused = 0
    while ahead:
        batch = ahead.pop(0)
        try:
            receipts = http.send(route, tenant=tenant, letters=batch)
        except http.NotDelivered as failure:
            if failure.by_road:
                log.warning("letters to %s at %s wait: %s", destination, route.url, failure.reason)
                until = rests.failed(tenant_id, destination, at)
                left = [letter for late in (batch, *ahead) for letter in late]
                settled += [Settled(letter.id, "waiting", until, failure.reason, uncounted=1) for letter in left]
                return settled, refused
            if len(batch) > 1:
                half = len(batch) // 2
                ahead[:0] = [batch[:half], batch[half:]]
            else:
                settled.append(_failed(batch[0], failure.reason, at))
            continue
        rests.held(tenant_id, destination)
        settled += [_settled(letter, receipt, at) for letter, receipt in zip(batch, receipts, strict=True)]
        refused += _refused(receipts)
    return settled, refused


def _settled(letter: Claimed, receipt: Receipt, at: datetime) -> Settled:
    if receipt.state == "failed":
        return _failed(letter, "The receiver failed; its log says why.", at)
    if receipt.refusal:
        return Settled(letter.id, "delivered", error=f"refused: {receipt.refusal.get('detail', '')}"[:500])
    return Settled(letter.id, "delivered")


def _failed(letter: Claimed, reason: str, at: datetime) -> Settled:
    if letter.attempts >= MOST_TRIES:
        return Settled(letter.id, "dead", error=reason, aside=True)
    return Settled(letter.id, "waiting", at + outbox.delay(letter.attempts), reason, aside=True)


def _without_road(letter: Claimed, at: datetime) -> Settled:
    if letter.destination.startswith("channel:"):
        return Settled(letter.id, "published")
    return Settled(letter.id, "waiting", at + UNROUTED_REST, UNROUTED, uncounted=1)


def _arrival(letter: Claimed) -> Arrival:
    payload = orjson.loads(letter.payload)
    return Arrival(letter.id, letter.type, letter.version, letter.subject, payload, letter.actor, letter.created_at)


def _refused(receipts: Iterable[Receipt]) -> int:
    return sum(receipt.refusal is not None for receipt in receipts)


def _report(settled: Sequence[Settled], refused: int) -> DeliveryReport:
    states = [one.state for one in settled]
    arrived = states.count("delivered") + states.count("published")
    return DeliveryReport(len(settled), arrived - refused, refused, states.count("waiting"), states.count("dead"))
