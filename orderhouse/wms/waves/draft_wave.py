"""See a wave before it is made, then make exactly that one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.wms.allocation.allocate_stock import allocate_stock, find_stock
from orderhouse.wms.allocation.rules import Allotment, Demand, Piece
from orderhouse.wms.layout.queries import site_geometry
from orderhouse.wms.outbound.store import lines_of, lock_outbounds
from orderhouse.wms.picking.strategies import STRATEGIES, CartLimits
from orderhouse.wms.routing import Geometry, shortest_tour
from orderhouse.wms.waves import store
from orderhouse.wms.waves.plan_wave import WavePlan, cart_limits, finish_choice, spots_of, write_wave
from orderhouse.wms.waves.rules import Choice, Walk, meters_order_by_order, plan_walks

Key = tuple[int, int, int, int]
"""A pick as a draft keeps it: line, place, lot, units."""


class FloorChanged(Refusal):
    """A draft was drawn on a floor that has moved since."""

    sentence = "The floor changed since this plan was drawn: {what}."
    remedy = "Nothing was planned. Look at the new plan below, then make that one."


@dataclass(frozen=True, slots=True)
class Setting:
    """How to walk: a strategy of :data:`STRATEGIES`, totes on a cart, units a cart takes (None: any)."""

    strategy: str = "cluster"
    capacity: int = 12
    max_units: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a choice finds on the floor now: the orders looked at, the picks, and what must wait or is not there."""

    node_id: int
    choice: Choice
    outbound_ids: tuple[int, ...]
    geometry: Geometry
    limits: tuple[CartLimits, ...]
    pieces: tuple[Piece, ...]
    waiting: tuple[Demand, ...]
    missing: tuple[tuple[Demand, int], ...]


@dataclass(frozen=True, slots=True)
class WaveDraft:
    """A wave as it would be. ``walks`` hold places among ``pieces``; meters as they will be walked, and order by order."""

    gathered: Gathered
    setting: Setting
    walks: tuple[Walk, ...]
    meters: float
    meters_order_by_order: float

    @property
    def orders(self) -> int:
        return len({piece.demand.outbound_id for piece in self.gathered.pieces})

    @property
    def lines(self) -> int:
        return len({piece.demand.line_id for piece in self.gathered.pieces})

    @property
    def units(self) -> int:
        return sum(piece.quantity for piece in self.gathered.pieces)

    @property
    def saved_percent(self) -> float:
        """Meters saved against walking order by order, of a hundred."""
        alone = self.meters_order_by_order
        return 100 * (alone - self.meters) / alone if alone else 0.0

    def kept(self) -> dict[str, Any]:
        """The draft as plain values, enough to make it later (:func:`make_drafted_wave`)."""
        choice = asdict(self.gathered.choice)
        if self.gathered.choice.cutoff_at:
            choice["cutoff_at"] = self.gathered.choice.cutoff_at.isoformat()
        return {
            "node": self.gathered.node_id,
            "choice": choice,
            "setting": asdict(self.setting),
            "orders": self.gathered.outbound_ids,
            "tours": [[_key(self.gathered.pieces[ref]) for ref in walk.refs] for walk in self.walks],
            "waiting": [demand.line_id for demand in self.gathered.waiting],
            "missing": [(demand.line_id, units) for demand, units in self.gathered.missing],
        }


def gather_wave(*, by: By, node_id: int, choice: Choice, settings: Sequence[Setting]) -> Gathered:
    """Find what a wave of this choice would pick, from which bins; nothing is posted, and no lock outlives the call.

    Refuses (``InvalidInput``) an unknown strategy, (``NotFound``) a zone or a node without a layout.
    """
    for setting in settings:
        if setting.strategy not in STRATEGIES:
            raise InvalidInput(field="strategy", reason=f"{setting.strategy!r} is none of {', '.join(STRATEGIES)}")
    with unit_of_work(by.tenant_id):
        geometry = site_geometry(by.tenant_id, node_id)
        limits = tuple(cart_limits(by.tenant_id, node_id, **asdict(setting)) for setting in settings)
        zone_id = None if choice.zone is None else store.zone_id(by.tenant_id, node_id, choice.zone)
        ids = store.orders_to_wave(by.tenant_id, node_id, choice)
        found = _look(by, node_id, ids, zone_id)
    missing = () if zone_id else tuple(found.missing)
    return Gathered(node_id, choice, tuple(ids), geometry, limits, tuple(found.pieces), tuple(found.waiting), missing)


def draft_wave(gathered: Gathered, setting: Setting, limits: CartLimits, *, seconds: float = 0.0, seed: int = 0) -> WaveDraft:
    """Lay out the walks of what was gathered, searching up to ``seconds`` for shorter ones. Pure: no lock, no database."""
    spots = spots_of(gathered.pieces)
    walks = plan_walks(spots, gathered.geometry, strategy=setting.strategy, limits=limits, deadline_seconds=seconds, seed=seed)
    meters = sum(walk.meters for walk in walks)
    return WaveDraft(gathered, setting, tuple(walks), meters, meters_order_by_order(spots, gathered.geometry))


def make_drafted_wave(*, by: By, kept: dict[str, Any]) -> WavePlan:
    """Plan the wave that a draft showed, with its very tours (``kept``: what :meth:`WaveDraft.kept` gave).

    The stock is looked for again under lock. Refuses (:class:`FloorChanged`, saying what) where it is no longer what the draft
    showed; then nothing happened.
    """
    choice_terms = dict(kept["choice"])
    if choice_terms["cutoff_at"]:
        choice_terms["cutoff_at"] = datetime.fromisoformat(choice_terms["cutoff_at"])
    choice, setting, node_id = Choice(**choice_terms), Setting(**kept["setting"]), int(kept["node"])
    drawn: list[list[Key]] = [[(line, place, lot, units) for line, place, lot, units in tour] for tour in kept["tours"]]
    with unit_of_work(by.tenant_id):
        geometry = site_geometry(by.tenant_id, node_id)
        zone_id = None if choice.zone is None else store.zone_id(by.tenant_id, node_id, choice.zone)
        wanted = [int(outbound_id) for outbound_id in kept["orders"]]
        still = set(store.orders_to_wave(by.tenant_id, node_id, Choice(), only=wanted))
        ids = [outbound_id for outbound_id in wanted if outbound_id in still]
        if gone := len(wanted) - len(ids):
            raise FloorChanged(what=f"{gone} of its {len(wanted)} orders wait no longer")
        found = allocate_stock(by=by, node_id=node_id, outbound_ids=ids, zone_id=zone_id)
        at = {_key(piece): n for n, piece in enumerate(found.pieces)}
        _same(at, drawn, found.waiting, () if zone_id else found.missing, kept)
        walks = []
        for tour in drawn:
            refs = [at[key] for key in tour]
            stops = [(found.pieces[ref].stock.aisle or 0, found.pieces[ref].stock.y) for ref in refs]
            walk = shortest_tour(geometry, stops)
            walks.append(Walk(walk.length, tuple(walk.path), tuple(refs[n] for n in walk.order)))
        plan = write_wave(
            by=by,
            node_id=node_id,
            strategy=setting.strategy,
            cutoff_at=choice.cutoff_at,
            found=found,
            walks=walks,
            zone_id=zone_id,
        )
        finish_choice(by=by, outbound_ids=ids, found=found, zone_id=zone_id)
    return plan


def _look(by: By, node_id: int, ids: Sequence[int], zone_id: int | None) -> Allotment:
    """As ``allocate_stock`` would find it, without taking it."""
    outbounds = lock_outbounds(by.tenant_id, ids)
    orders: dict[int, list[Demand]] = defaultdict(list)
    for line in lines_of(by.tenant_id, ids).values():
        if line.waiting and not outbounds[line.outbound_id].cancel_wanted:
            orders[line.outbound_id].append(Demand(line.id, line.outbound_id, line.item_id, line.owner_id, line.waiting))
    return find_stock(by=by, node_id=node_id, orders=[orders[i] for i in ids if i in orders], zone_id=zone_id)


def _same(
    at: dict[Key, int],
    drawn: Sequence[Sequence[Key]],
    waiting: Sequence[Demand],
    missing: Sequence[tuple[Demand, int]],
    kept: dict[str, Any],
) -> None:
    """Refuse with the difference in words."""
    before, now = {key for tour in drawn for key in tour}, set(at)
    said = []
    if elsewhere := len(before - now):
        said.append(f"{elsewhere} of its {len(before)} picks can no longer be taken where it says")
    if now - before and not elsewhere:
        said.append(f"{len(now - before)} more picks are possible now")
    if sorted(kept["waiting"]) != sorted(demand.line_id for demand in waiting):
        said.append("other lines wait for stock")
    if sorted(map(tuple, kept["missing"])) != sorted((demand.line_id, units) for demand, units in missing):
        said.append("other units are missing")
    if said:
        raise FloorChanged(what="; ".join(said))


def _key(piece: Piece) -> Key:
    return piece.demand.line_id, piece.stock.place_id, piece.stock.lot_id, piece.quantity
