from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.outbound import store
from orderhouse.wms.outbound.rules import NEXT, STATES, Counts, derive_state, take_back
from orderhouse.wms.stock.tests.floor import Floor

COUNTS = st.builds(Counts, *[st.integers(0, 3)] * 8).filter(lambda line: sum(line) > 0)
serial = count(1)


@given(COUNTS, st.one_of(st.none(), st.integers(1, 30)))
def test_a_cancellation_takes_no_more_than_is_there_and_the_cheapest_first(line: Counts, wanted: int | None) -> None:
    taken = take_back(line, wanted)
    open_units = sum(line[:4])
    assert sum(taken[:4]) == (open_units if wanted is None else min(wanted, open_units))
    for cheap, dear in zip(range(3), range(1, 4), strict=True):
        assert taken[cheap] == line[cheap] or taken[dear] == 0
    assert taken.left <= line.shipped


def test_every_state_lists_its_successors() -> None:
    assert set(NEXT) == set(STATES) == {state for followers in NEXT.values() for state in followers} | {"accepted"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(COUNTS, min_size=1, max_size=3), st.booleans(), st.booleans())
def test_the_statement_and_the_rule_derive_the_same_state(floor: Floor, lines: list[Counts], started: bool, parcel: bool) -> None:
    tenant, outbound_id = floor.tenant_id, new_id()
    item_id = floor.item("MUG")
    with unit_of_work(tenant):
        execute(
            """INSERT INTO wms_outbound (tenant_id, id, node_id, release_number, order_number, state, priority, carrier, service, ship_to,
                 ship_by, accepted_at) VALUES (%s, %s, %s, %s, 'O', 'accepted', 0, '', '', '{}', now(), now())""",
            (tenant, outbound_id, floor.node_id, f"R{next(serial)}"),
        )
        for n, line in enumerate(lines):
            values: tuple[Any, ...] = (tenant, new_id(), outbound_id, n, item_id, floor.owner_id, sum(line), *line)
            execute(
                f"""INSERT INTO wms_outbound_line (tenant_id, id, outbound_id, line_number, item_id, owner_id, quantity,
                      {", ".join(Counts._fields)}) VALUES ({", ".join(["%s"] * len(values))})""",
                values,
            )
        if started:
            execute("UPDATE wms_outbound SET picking_started_at = now() WHERE tenant_id = %s AND id = %s", (tenant, outbound_id))
        if parcel:
            _open_a_parcel(floor, outbound_id)
        before = store.lock_outbounds(tenant, [outbound_id])[outbound_id].state
        changed = store.derive_states(tenant, [outbound_id])
    assert changed.get(outbound_id, before) == derive_state(lines, picking_started=started, parcel_open=parcel)


def _open_a_parcel(floor: Floor, outbound_id: int) -> None:
    parcel_id, code = new_id(), f"{next(serial):018d}"
    execute(
        "INSERT INTO wms_handling_unit (tenant_id, node_id, id, kind, code) VALUES (%s, %s, %s, 'parcel', %s)",
        (floor.tenant_id, floor.node_id, parcel_id, code),
    )
    execute(
        """INSERT INTO wms_parcel (tenant_id, node_id, id, outbound_id, sscc, state, carrier, service)
           VALUES (%s, %s, %s, %s, %s, 'open', '', '')""",
        (floor.tenant_id, floor.node_id, parcel_id, outbound_id, code),
    )
