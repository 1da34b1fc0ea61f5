"""The books proven: every rule examined over every movement."""

from __future__ import annotations

from time import perf_counter

from bench.meter import Stretch
from bench.yard import Against, Yard

_RECOUNT = b"""SELECT count(*) FROM (
  SELECT account_id, sum(delta) FROM (
    SELECT to_account_id AS account_id, quantity AS delta FROM ledger_movement WHERE tenant_id = %(tenant)s
    UNION ALL SELECT from_account_id, -quantity FROM ledger_movement WHERE tenant_id = %(tenant)s) legs
  GROUP BY account_id) recount"""


def proof(yard: Yard) -> None:
    """All rules of the books over one business, in one snapshot. Floor: the plain recount of its movements, one GROUP BY."""
    from orderhouse.ledger.prove_balances import prove_balances

    def product(job: None, stretch: Stretch) -> None:
        proven = prove_balances(by=yard.shop.by)
        if not proven.holds and not yard.more.get("closed_orders"):  # history was filled in without its releases and parcels
            raise RuntimeError(f"the books do not hold: {[f for f in proven.findings if f.violations]}")
        stretch.work = proven.movements

    def against(job: None, stretch: Stretch) -> Against:
        begun = perf_counter()
        yard.floor.main.execute(_RECOUNT, {"tenant": yard.shop.tenant_id})
        seconds = perf_counter() - begun
        return Against(stretch.work, seconds, [seconds])

    def measured(job: None, stretch: Stretch) -> None:
        begun = perf_counter()
        product(job, stretch)
        stretch.taken = [perf_counter() - begun]

    row = yard.duel(
        "proof",
        clients=1,
        batch=1,
        prepare=lambda: None,
        product=measured,
        against=against,
        repeats=1 if yard.narrow else 0,
        warm_up=not yard.narrow,
    )
    row["seconds_per_million_movements"] = round(1e6 / row["per_second"], 2)
