"""Nearest node.

The nearest node that holds the whole order; failing that, each line whole from the nearest node that holds it, then
whatever is left by quantity from the nearest outwards. Costs are told but not weighed.
"""

from __future__ import annotations

from orderhouse.oms.sourcing.candidates import Decision, Survey
from orderhouse.oms.sourcing.routing._settle import Ledger, Plan, settle


def decide(survey: Survey) -> Decision:
    """Walk outwards; lanes come nearest first."""
    ledger = Ledger(survey)
    lines = survey.order.lines
    full = next((n for n in range(len(survey.lanes)) if ledger.takes_all(n)), None)
    if full is not None:
        takes = [(i, full, line.quantity) for i, line in enumerate(lines)]
        return settle(survey, Plan(takes, "nearest node with everything", "heuristic", None), rule="nearest_node")
    partly: list[int] = []
    for i, line in enumerate(lines):
        whole = next((n for n in range(len(survey.lanes)) if ledger.room(i, n) >= line.quantity), None)
        if whole is None:
            partly.append(i)
        else:
            ledger.take(i, whole, line.quantity)
    for i in partly:
        left = lines[i].quantity
        for n in range(len(survey.lanes)):
            if left and (some := min(left, ledger.room(i, n))):
                ledger.take(i, n, some)
                left -= some
    return settle(survey, Plan(ledger.takes, "nearest first, line by line", "heuristic", None), rule="nearest_node")
