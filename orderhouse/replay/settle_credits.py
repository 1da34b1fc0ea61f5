"""Credit notes: what has not shipped is cancelled, what has shipped is authorized to come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns
from orderhouse.replay.interpret import Credit

if TYPE_CHECKING:
    from orderhouse.replay.run_day import Shop


class Standing(NamedTuple):
    """An order line as a credit finds it: units that may still be cancelled, shipped units that may still come back."""

    channel_order_id: str
    line_number: int
    order_id: int
    cancellable: int
    returnable: int


class Settled(NamedTuple):
    """Units by order and line: to cancel, to take back; and units for which neither can be done."""

    cancel: dict[int, dict[int, int]]
    take_back: dict[int, dict[int, int]]
    neither: int


def settle_credits(shop: Shop, day: date, step: str, credits: Sequence[Credit]) -> int:
    """Settle a batch of credit notes in one transaction, once; answers the lines settled."""
    if not credits or shop.journal.is_done(day, f"credits {step}"):
        return 0
    by = shop.by(credits[-1].at)
    takes = [take for credit in credits for take in credit.takes]
    with unit_of_work(shop.tenant_id):
        rows = fetch_all(
            sql.load(__file__, "credited_lines"),
            {
                "tenant": shop.tenant_id,
                "channels": [take.channel for take in takes],
                "orders": [take.channel_order_id for take in takes],
                "lines": [take.line_number for take in takes],
            },
            of=Standing,
        )
        settled = decide([(take.channel_order_id, take.line_number, take.quantity) for take in takes], rows)
        for order_id, lines in settled.cancel.items():
            cancel_order(by=by, order_id=order_id, reason="credit note", lines=lines)
        authorize_returns(
            by=by, requests=[ReturnRequest(order_id, lines, "credit note") for order_id, lines in settled.take_back.items()]
        )
        shop.journal.mark(by, day, f"credits {step}", units_neither=settled.neither)
    return len(takes)


def decide(takes: Sequence[tuple[str, int, int]], lines: Sequence[Standing]) -> Settled:
    """Share (order, line, units) out: cancelled while they can be, else taken back. Pure."""
    standing = {(line.channel_order_id, line.line_number): line for line in lines}
    cancel: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    take_back: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    neither = 0
    for order, number, units in takes:
        line = standing.get((order, number))
        if line is None:
            neither += units
            continue
        done = cancel[line.order_id].get(number, 0)
        now = min(units, line.cancellable - done)
        if now > 0:
            cancel[line.order_id][number] += now
            units -= now
        back = min(units, line.returnable - take_back[line.order_id].get(number, 0))
        if back > 0:
            take_back[line.order_id][number] += back
            units -= back
        neither += units
    return Settled(
        {order_id: dict(lines) for order_id, lines in cancel.items() if lines},
        {order_id: dict(lines) for order_id, lines in take_back.items() if lines},
        neither,
    )
