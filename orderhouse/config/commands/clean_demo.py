"""``orderhouse clean-demo``: stop the demo's database and delete all it holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from orderhouse.config.commands.demo import FILES, DemoRuns, end_leftovers, lock_demo, state_of
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.postgres import Cluster, is_embedded


class NotOurDatabase(Refusal):
    """``DATABASE_URL`` names a server of the user's own; nothing of it is deleted here."""

    sentence = "DATABASE_URL names the database, so the demo's data are not ours to delete."
    remedy = "Drop that database yourself, or run clean-demo without DATABASE_URL."


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("clean-demo", help="stop the demo's database and delete its data")
    parser.add_argument("--state", type=Path, help="the demo's state directory (default: ORDERHOUSE_STATE or .orderhouse)")
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    state = state_of(args)
    if not is_embedded():
        raise NotOurDatabase()
    if not state.exists():
        print("There is no demo here.")
        return 0
    with lock_demo(state) as lock:
        if lock is None:
            raise DemoRuns(state=state)
        end_leftovers(lock)
        Cluster(state).remove()
        for name in FILES:
            (state / name).unlink(missing_ok=True)
    print("The demo is gone; the next one starts from nothing.")
    return 0
