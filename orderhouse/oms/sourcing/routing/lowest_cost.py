"""Least total cost.

Freight by zone and weight, handling for each parcel and line, a penalty for each further node, lateness and scarcity are
weighed together, and the cheapest way to ship all that can be shipped is taken. The explanation says whether that is
proven. A line stays whole where any node can carry it whole; filling always comes before saving.
"""

from __future__ import annotations

from orderhouse.oms.sourcing.candidates import Decision, Survey
from orderhouse.oms.sourcing.routing._plan import plan
from orderhouse.oms.sourcing.routing._settle import settle


def decide(survey: Survey) -> Decision:
    """The cheapest decision; exact by dynamic programming over line subsets up to 12 lines, beyond that by node sets."""
    return settle(survey, plan(survey), rule="lowest_cost")
