"""What will happen in a run, all of it drawn from the seed: which faults in which order, and which commands meet them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

PROCESSES = (
    *("oms server", "oms worker", "oms live", "oms auditor", "oms bulk"),
    *("wms server", "wms worker", "wms crew"),
)
FAILPOINTS = {
    "before-commit": ("oms server", "wms server", "oms worker", "wms worker", "wms crew", "oms bulk"),
    "after-commit": ("oms server", "wms server", "oms worker", "wms worker", "wms crew", "oms bulk"),
    "before-letters": ("oms worker", "wms worker"),
    "after-letters": ("oms worker", "wms worker"),
    "before-label": ("wms crew",),
    "after-label": ("wms crew",),
}
HEAVY = {
    **{f"kill {process}": 0.0030 for process in PROCESSES},
    **{f"failpoint {name}": 0.0018 if "commit" in name else 0.0010 for name in FAILPOINTS},
    "postgres killed": 0.0044,
    "postgres stopped at once": 0.0036,
    "postgres unreachable": 0.0040,
    "postgres slow": 0.0030,
    "postgres silent": 0.0030,
    "disk full": 0.0010,
    "connections exhausted": 0.0020,
    "serializable": 0.0010,
    "clock wrong": 0.0030,
    "poison letter": 0.0008,
}
"""Shares of all faults, of those that a run does one after the other."""
LIGHT = {
    "database connection reset": 0.12,
    "database connection cut": 0.08,
    "backend terminated": 0.13,
    "locks against the order": 0.012,
    "letters' road cut": 0.05,
    "partner ill": 0.02,
}
SHOP = {"request cut": 0.06, "answer cut": 0.08, "request reset": 0.04, "request slow": 0.02, "request doubled": 0.08}
MARKET = {
    "letter repeated": 0.11,
    "letters shuffled": 0.02,
    "letter late": 0.015,
    "letter malformed": 0.015,
    "letter forged": 0.015,
}
SCANNER = {"scans doubled": 0.02, "scans shuffled": 0.01, "scans' answer cut": 0.015, "scanner offline": 0.01}
KINDS = {**HEAVY, **LIGHT, **SHOP, **MARKET, **SCANNER}


@dataclass(frozen=True)
class Command:
    """The ``number``-th thing a client does, ``fault`` what befalls it; ``chance`` seeds whatever is left to chance."""

    number: int
    kind: str
    fault: str
    chance: str
    target: int = 0

    def rng(self) -> random.Random:
        return random.Random(self.chance)


@dataclass(frozen=True)
class Beat:
    """One heavy fault with the light ones before it, and how many commands each client may have begun by its end."""

    heavy: str
    light: tuple[str, ...]
    chance: str

    def rng(self) -> random.Random:
        return random.Random(self.chance)


@dataclass
class Plan:
    seed: int
    beats: list[Beat]
    clients: dict[str, list[Command]] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """Faults by kind as planned."""
        light = [kind for beat in self.beats for kind in beat.light]
        befallen = [command.fault for commands in self.clients.values() for command in commands if command.fault]
        return Counter([*(beat.heavy for beat in self.beats), *light, *befallen])


SHOPS = ("shop-1", "shop-2")
_ORDERS = ("order",) * 6 + ("orders", "cancel", "cancel", "hold", "lift")


def make_plan(seed: int, faults: int, *, without: Sequence[str] = ()) -> Plan:
    """A run of about ``faults`` faults, every kind at least once; the same for the same arguments."""
    rng = random.Random(f"{seed}/{faults}")
    counts = {kind: max(1, round(share * faults)) for kind, share in KINDS.items() if kind not in without}
    rest = faults - sum(counts.values())
    if rest > 0:
        counts["database connection reset"] += rest

    heavy = _spread(rng, {kind: counts[kind] for kind in HEAVY if kind in counts})
    light = _spread(rng, {kind: counts[kind] for kind in LIGHT})
    cuts = [len(light) * n // len(heavy) for n in range(len(heavy) + 1)]
    beats = [Beat(kind, tuple(light[cuts[n] : cuts[n + 1]]), f"{seed}/beat/{n}") for n, kind in enumerate(heavy)]
    plan = Plan(seed, beats)
    shop = _spread(rng, {kind: counts[kind] for kind in SHOP})
    for n, name in enumerate(SHOPS):
        plan.clients[name] = _commands(rng, seed, name, shop[n :: len(SHOPS)], _ORDERS)
    plan.clients["market"] = _commands(rng, seed, "market", _spread(rng, {kind: counts[kind] for kind in MARKET}), ("letters",))
    plan.clients["scanner"] = _commands(
        rng, seed, "scanner", _spread(rng, {kind: counts[kind] for kind in SCANNER}), ("put away",)
    )
    dock = len(plan.clients["scanner"]) + len(plan.clients["shop-1"]) // 8 + 8
    plan.clients["dock"] = _commands(rng, seed, "dock", [""] * dock, ("receive",))
    return plan


def _spread(rng: random.Random, counts: dict[str, int]) -> list[str]:
    """All of them, well mixed: each kind evenly over the run, in an order left to chance."""
    places = [((n + rng.random()) / count, kind) for kind, count in counts.items() for n in range(count)]
    return [kind for _, kind in sorted(places)]


def _commands(rng: random.Random, seed: int, client: str, faults: Sequence[str], kinds: Sequence[str]) -> list[Command]:
    """Each fault befalls one command, and most are followed by one that nothing befalls."""
    befalling = [each for fault in faults for each in ([fault, ""] if rng.random() < 0.7 else [fault])]
    commands: list[Command] = []
    targets: dict[str, list[int]] = {"cancel": [], "hold": [], "lift": []}
    for number, fault in enumerate(befalling):
        kind, target = rng.choice(kinds), 0
        if kind in targets:
            if targets[kind]:
                target = targets[kind].pop(rng.randrange(len(targets[kind])))
                if kind == "hold":
                    targets["lift"].append(target)
            else:
                kind = "order"
        if kind == "order":
            targets["cancel"].append(number)
            targets["hold"].append(number)
        commands.append(Command(number, kind, fault, f"{seed}/{client}/{number}", target))
    return commands


def order_lines(rng: random.Random, skus: str) -> list[dict[str, Any]]:
    """An order's lines as JSON."""
    chosen = rng.sample(skus, rng.choice((1, 1, 2, 3)))
    return [
        {"line_number": n, "sku": sku, "quantity": rng.randint(1, 3), "unit_price": "2.50"} for n, sku in enumerate(chosen, 1)
    ]
