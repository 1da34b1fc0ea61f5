"""What administrators did stands in a chain: whatever is done to a row of it is noticed, and the row is named."""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg
import pytest
from django.db import connection

from orderhouse.config.cli import main
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.errors import InvalidInput
from orderhouse.people.api_keys import issue_api_key
from orderhouse.people.chain import link_hash, read_anchor
from orderhouse.people.changes import changes, note_change
from orderhouse.people.verify_changes import links, verify_changes


def deeds(business: Any, count: int) -> None:
    for number in range(count):
        with unit_of_work(business.tenant_id):
            note_change(by=business.by, deed="role-granted", subject=f"person-{number}@example.org", detail="floor")


def as_owner(business: Any, *statements: str) -> None:
    """What nobody can do through Orderhouse: a hand in the database, as the role that owns the tables."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
        owner.execute(f"SET app.tenant = '{business.tenant_id}'".encode())
        for statement in statements:
            owner.execute(statement.encode(), {"tenant": business.tenant_id})


def fault(business: Any) -> tuple[str, int]:
    state = verify_changes(tenant_id=business.tenant_id)
    assert state.fault is not None
    return state.fault.kind, state.fault.position


def test_deeds_make_a_chain_whose_head_is_the_last_of_them(business: Any) -> None:
    assert verify_changes(tenant_id=business.tenant_id).head.position == 0
    issue_api_key(by=business.by, name="shop", scopes=["orders:read"])
    deeds(business, 4)
    state = verify_changes(tenant_id=business.tenant_id)
    assert state.holds
    assert state.reached == state.head
    assert state.head.position == 5
    assert len(changes(business.tenant_id)) == 5


def test_a_row_that_was_changed_is_named(business: Any) -> None:
    deeds(business, 5)
    as_owner(business, "UPDATE people_change SET actor = 'somebody else' WHERE tenant_id = %(tenant)s AND position = 3")
    assert fault(business) == ("changed", 3)


def test_a_row_that_was_taken_out_is_named(business: Any) -> None:
    deeds(business, 5)
    as_owner(business, "DELETE FROM people_change WHERE tenant_id = %(tenant)s AND position = 2")
    assert fault(business) == ("removed", 2)


def test_the_newest_rows_cannot_go_unnoticed_since_the_head_is_kept_apart(business: Any) -> None:
    deeds(business, 5)
    as_owner(business, "DELETE FROM people_change WHERE tenant_id = %(tenant)s AND position > 3")
    assert fault(business) == ("cut", 4)


def test_a_row_put_in_and_one_put_at_the_end_are_named(business: Any) -> None:
    deeds(business, 3)
    copy = """INSERT INTO people_change SELECT tenant_id, id + 999, 4, at, 'intruder', deed, subject, detail, hash, hash
              FROM people_change WHERE tenant_id = %(tenant)s AND position = 3"""
    as_owner(business, copy)
    assert fault(business) == ("changed", 4)
    as_owner(
        business,
        "DELETE FROM people_change WHERE tenant_id = %(tenant)s AND position = 4",
        "UPDATE people_change SET position = position + 10 WHERE tenant_id = %(tenant)s AND position > 1",
        "UPDATE people_change SET position = position - 9 WHERE tenant_id = %(tenant)s AND position > 10",
        """INSERT INTO people_change SELECT tenant_id, id + 999, 2, at, 'intruder', deed, subject, detail, hash, hash
           FROM people_change WHERE tenant_id = %(tenant)s AND position = 1""",
    )
    assert fault(business) == ("changed", 2)


def test_rows_that_changed_places_are_named(business: Any) -> None:
    deeds(business, 4)
    as_owner(
        business,
        "UPDATE people_change SET position = 99 WHERE tenant_id = %(tenant)s AND position = 2",
        "UPDATE people_change SET position = 2 WHERE tenant_id = %(tenant)s AND position = 3",
        "UPDATE people_change SET position = 3 WHERE tenant_id = %(tenant)s AND position = 99",
    )
    assert fault(business) == ("changed", 2)


def test_a_row_changed_with_its_own_hash_made_anew_is_betrayed_by_the_next(business: Any) -> None:
    deeds(business, 4)
    second = next(link for link in links(business.tenant_id) if link.position == 2)
    forged = link_hash(
        tenant_id=business.tenant_id,
        position=2,
        row_id=second.id,
        at=second.at,
        actor="eve",
        deed=second.deed,
        subject=second.subject,
        detail=second.detail,
        previous=bytes(second.previous_hash),
    )
    change = "UPDATE people_change SET actor = 'eve', hash = '\\x{}' WHERE tenant_id = %(tenant)s AND position = 2"
    as_owner(business, change.format(forged.hex()))
    assert fault(business) == ("moved", 3)


def test_a_chain_cut_and_written_anew_is_told_by_an_anchor_kept_elsewhere(business: Any) -> None:
    deeds(business, 5)
    anchor = verify_changes(tenant_id=business.tenant_id).head
    deeds(business, 1)
    assert verify_changes(tenant_id=business.tenant_id, anchor=read_anchor(str(anchor))).holds
    as_owner(
        business,
        "DELETE FROM people_change WHERE tenant_id = %(tenant)s AND position > 2",
        """UPDATE people_change_head h SET position = c.position, hash = c.hash FROM people_change c
           WHERE h.tenant_id = %(tenant)s AND c.tenant_id = h.tenant_id AND c.position = 2""",
    )
    deeds(business, 4)
    assert verify_changes(tenant_id=business.tenant_id).holds
    state = verify_changes(tenant_id=business.tenant_id, anchor=anchor)
    assert state.fault is not None
    assert (state.fault.kind, state.fault.position) == ("anchor", 5)


def test_orderhouse_itself_can_neither_change_nor_delete_a_row_nor_the_head(business: Any) -> None:
    deeds(business, 1)
    for statement in (
        "UPDATE people_change SET actor = '' WHERE tenant_id = %s",
        "DELETE FROM people_change WHERE tenant_id = %s",
        "DELETE FROM people_change_head WHERE tenant_id = %s",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), unit_of_work(business.tenant_id):
            execute(statement, (business.tenant_id,))


def test_a_deed_that_was_undone_leaves_no_gap(business: Any) -> None:
    deeds(business, 2)

    def halfway() -> None:
        with unit_of_work(business.tenant_id):
            note_change(by=business.by, deed="role-granted", subject="nobody")
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        halfway()
    deeds(business, 1)
    assert verify_changes(tenant_id=business.tenant_id).head.position == 3


def test_sixteen_writers_at_once_leave_one_unbroken_chain(business: Any) -> None:
    ready = threading.Barrier(16)

    def write(number: int) -> None:
        ready.wait(30)
        for deed in range(6):
            with unit_of_work(business.tenant_id):
                note_change(by=business.by, deed="badge-issued", subject=f"B-{number}-{deed}")
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    state = verify_changes(tenant_id=business.tenant_id)
    assert state.holds
    assert state.head.position == 96
    assert len({change.subject for change in changes(business.tenant_id, limit=200)}) == 96


def test_the_command_names_the_first_bad_row(business: Any, capsys: pytest.CaptureFixture[str]) -> None:
    deeds(business, 3)
    assert main(["audit", "anchor", business.code]) == 0
    anchor = capsys.readouterr().out.strip()
    assert main(["audit", "verify", business.code, "--anchor", anchor]) == 0
    assert "3 rows, unbroken" in capsys.readouterr().out
    as_owner(business, "UPDATE people_change SET detail = 'admin' WHERE tenant_id = %(tenant)s AND position = 2")
    assert main(["audit", "verify", business.code]) == 1
    assert "BROKEN at row 2" in capsys.readouterr().out
    with pytest.raises(InvalidInput):
        read_anchor("7:abc")
