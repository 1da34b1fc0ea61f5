"""Replay a submission that could not be placed, as it came or mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from orderhouse.database import execute, fetch_one, savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.oms.orders.place_orders import Placed, place_orders


class InvalidOrderSettled(Refusal):
    """It was replayed or discarded before."""

    sentence = "This submission was {state} by {settled_by} already."
    remedy = "Look at the list of open invalid orders."


class OrderStillInvalid(Refusal):
    """The replay is not right either; what lies open is left as it was."""

    sentence = "The order still has {count} problem{s}: {first}"
    remedy = "Mend what the problems name, then replay it again."
    status = 422


def replay_invalid_order(*, by: By, invalid_id: int, payload: Mapping[str, Any] | None = None) -> Placed:
    """Place an invalid order again: ``payload`` mended by hand, or None as it came (the channel or the catalog was mended).

    Answers the placed order, or the order that already has its channel's id; the submission is settled with it. Raises
    NotFound, :class:`InvalidOrderSettled`, or :class:`OrderStillInvalid` with every problem in its facts.
    """
    with unit_of_work(by.tenant_id):
        kept, source = lock_open(by.tenant_id, invalid_id)
        with savepoint():
            (answer,) = place_orders(by=by, submissions=[kept if payload is None else payload], source=source)
            if answer.outcome == "invalid":
                first, count = answer.reasons[0], len(answer.reasons)
                raise OrderStillInvalid(
                    count=count,
                    s="" if count == 1 else "s",
                    first=f"{first.field or 'the order'} {first.reason}.",
                    problems=[problem.as_dict() for problem in answer.reasons],
                )
        settle(by, invalid_id, "replayed", answer.order_id)
    return answer


def lock_open(tenant_id: int, invalid_id: int) -> tuple[Any, str]:
    """Lock an open invalid order; its payload and source."""
    row = fetch_one(
        """SELECT payload::text, source, state, settled_by FROM oms_invalid_order WHERE tenant_id = %s AND id = %s FOR UPDATE""",
        (tenant_id, invalid_id),
    )
    if row is None:
        raise NotFound(kind="invalid order", code=invalid_id, field="invalid_id")
    payload, source, state, settled_by = row
    if state != "open":
        raise InvalidOrderSettled(state=state, settled_by=settled_by)
    return orjson.loads(payload), source


def settle(by: By, invalid_id: int, state: str, order_id: int | None) -> None:
    """Note who settled a locked invalid order, and how."""
    execute(
        """UPDATE oms_invalid_order SET state = %s, settled_by = %s, settled_at = %s, order_id = %s
           WHERE tenant_id = %s AND id = %s""",
        (state, by.actor, by.at, order_id, by.tenant_id, invalid_id),
    )
