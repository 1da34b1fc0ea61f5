"""What every planner takes and gives: orders with their stops, what a cart carries, and the tours planned."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.routing import Geometry, Point, Stop, shortest_tour

Key = Hashable


@dataclass(frozen=True, slots=True)
class PickOrder:
    """One order to pick: the caller's ``key``, its ``stops`` (aisle index, y in meters), and its ``load`` in whatever whole
    unit the cart's limit is stated (units, grams, cubic centimeters)."""

    key: Key
    stops: tuple[Stop, ...]
    load: int = 0


@dataclass(frozen=True, slots=True)
class CartLimits:
    """What one tour carries at most; None for no limit.

    ``load`` in the orders' own unit, ``orders`` a number of orders (a cart's totes). ``zones``: groups of aisle
    indices, each picked by its own people; only the zone planner splits by them. An order that alone exceeds ``load``
    travels alone: no batching can make it fit.
    """

    load: int | None = None
    orders: int | None = None
    zones: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.load is not None and self.load < 1:
            raise InvalidInput(field="load", reason="a cart that carries nothing picks nothing")
        if self.orders is not None and self.orders < 1:
            raise InvalidInput(field="orders", reason="a tour takes at least one order")

    def allow(self, load: int, orders: int) -> bool:
        """Whether one tour takes that many orders of that load together."""
        if orders == 1:
            return True
        return (self.load is None or load <= self.load) and (self.orders is None or orders <= self.orders)


@dataclass(frozen=True, slots=True)
class PlannedTour:
    """One tour: ``order_keys`` (on a cluster cart their positions are the tote slots), ``length_meters``, the picks in
    walking order as (order key, index in that order's stops), and the ``path`` walked (way points, depot to depot)."""

    order_keys: tuple[Key, ...]
    length_meters: float
    stop_sequence: tuple[tuple[Key, int], ...]
    path: tuple[Point, ...] = field(default=(), repr=False)


class Strategy(Protocol):
    """A picking strategy: a pure function, its docstring the help a supervisor reads.

    ``deadline_seconds``: how long after the call it may search; its first answer is always finished, and 0 asks for no more.
    ``iterations``: search exactly that long instead, whatever the clock says, so that the same ``seed`` gives the same plan.
    """

    def __call__(
        self,
        orders: Sequence[PickOrder],
        geometry: Geometry,
        limits: CartLimits,
        *,
        deadline_seconds: float = 0.0,
        seed: int = 0,
        iterations: int | None = None,
    ) -> list[PlannedTour]: ...


def walk_tour(orders: Iterable[PickOrder], geometry: Geometry) -> PlannedTour:
    """The exactly shortest tour over all stops of ``orders``."""
    orders = tuple(orders)
    picks = [(order.key, index) for order in orders for index in range(len(order.stops))]
    tour = shortest_tour(geometry, [stop for order in orders for stop in order.stops])
    return PlannedTour(tuple(order.key for order in orders), tour.length, tuple(picks[at] for at in tour.order), tuple(tour.path))


def check_orders(orders: Sequence[PickOrder]) -> None:
    """Refuse (:class:`InvalidInput`) two orders of one key, or a negative load."""
    seen: set[Key] = set()
    for number, order in enumerate(orders):
        if order.key in seen:
            raise InvalidInput(field=f"orders[{number}].key", reason=f"{order.key!r} is there twice")
        if order.load < 0:
            raise InvalidInput(field=f"orders[{number}].load", reason=f"{order.load} is less than 0")
        seen.add(order.key)
