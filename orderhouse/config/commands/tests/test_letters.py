"""``orderhouse letters`` as an engineer types it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import pytest

from orderhouse.config.commands import letters as command
from orderhouse.contract.connections import LetterKey, letter
from orderhouse.contract.tests.receivers import Receiver, receiving
from orderhouse.contract.tests.test_letters import refused
from orderhouse.kernel.errors import InvalidInput, NotFound


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(command, "ready", lambda: "")  # this process is
    with receiving("node:") as receiver:
        yield receiver


def orderhouse(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="orderhouse")
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["letters", *arguments])
    return int(args.handler(args))


def test_letters_are_listed_replayed_and_dropped_by_their_keys(business: Any, node: Receiver, capsys: Any) -> None:
    one, two = refused(business, node, "R1", "R2")
    assert orderhouse("list", business.code) == 0
    assert {LetterKey(*_key(line)) for line in capsys.readouterr().out.splitlines()} == {one, two}
    node.unwanted = set()
    assert orderhouse("replay", business.code, str(one)) == 0
    assert "1 taken in" in capsys.readouterr().out
    assert orderhouse("drop", business.code, "--all", "--reason", "sent by hand") == 0
    assert [letter(business.tenant_id, key).state for key in (one, two)] == ["delivered", "dropped"]


def test_a_replay_that_is_refused_once_more_ends_with_status_1(business: Any, node: Receiver) -> None:
    refused(business, node, "R1")
    assert orderhouse("replay", business.code, "--all") == 1


def test_which_letters_must_be_said(business: Any, node: Receiver) -> None:
    with pytest.raises(InvalidInput):
        orderhouse("replay", business.code)
    with pytest.raises(InvalidInput):
        orderhouse("replay", business.code, "oms/1", "--all")
    with pytest.raises(NotFound):
        orderhouse("list", "no-such-business")


def test_a_route_is_set_and_its_secret_printed(business: Any, node: Receiver, capsys: Any) -> None:
    assert orderhouse("route", business.code, "node:BER", "https://berlin.example/contract/v1/inbox") == 0
    assert capsys.readouterr().out.startswith("whsec_")


def _key(line: str) -> tuple[str, int]:
    source, _, number = line.split("\t")[0].rpartition("/")
    return source, int(number)
