"""The examination finds what was spoiled, names it, and says so to people and programs alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderhouse.config.cli import main
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.identifiers import new_id
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.ledger.prove_balances import prove_balances


@pytest.fixture
def spoiled(business: Any) -> Any:
    """Books in which somebody changed a balance by hand, past the one door."""
    node_id, item_id = new_id(), new_id()
    with unit_of_work(business.tenant_id):
        execute(
            "INSERT INTO catalog_node (tenant_id, id, code, name, kind, country, latitude, longitude)"
            " VALUES (%s, %s, 'MAIN', 'Main', 'warehouse', 'GB', 52, -1)",
            (business.tenant_id, node_id),
        )
        execute(
            "INSERT INTO catalog_item (tenant_id, id, owner_id, sku, name) VALUES (%s, %s, %s, 'A', 'A')",
            (business.tenant_id, item_id, business.owner_id),
        )
    supplier = physical(node_id, item_id, business.owner_id, "supplier")
    lost = physical(node_id, item_id, business.owner_id, "lost")
    post_movements(by=business.by, moves=[Move(supplier, lost, 5, "receipt", 1)])
    with unit_of_work(business.tenant_id):
        execute("UPDATE ledger_account SET balance = balance + 1 WHERE tenant_id = %s AND state = 'lost'", (business.tenant_id,))
    return business


def test_a_balance_changed_by_hand_is_found_by_its_recount_and_by_the_sum(spoiled: Any) -> None:
    proof = prove_balances(by=spoiled.by)
    found = {finding.rule: finding.examples for finding in proof.findings if finding.violations}
    assert found.keys() == {"balance_equals_recount", "movements_sum_to_zero"}
    assert (found["balance_equals_recount"][0]["balance"], found["balance_equals_recount"][0]["recount"]) == (6, 5)
    assert not proof.holds


def test_the_command_says_so_and_ends_with_1(spoiled: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "--business", spoiled.code]) == 1
    assert "do NOT hold" in capsys.readouterr().out


def test_programs_read_it_as_json(spoiled: Any, business: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "--json", "--business", spoiled.code]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["holds"] is False
    assert told["businesses"][spoiled.code]["rules"]["balance_equals_recount"] == 1
    assert told["businesses"][spoiled.code]["examples"]["balance_equals_recount"][0]["recount"] == 5


def test_an_unknown_business_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "--business", "nobody"]) == 2
    assert "no business nobody" in capsys.readouterr().err
