"""One wing alone before two businesses that both wings furnished: what it answers of the neighbor.

    DJANGO_SETTINGS_MODULE=orderhouse.config.settings.oms_alone python -m tests.security.alone FILE

FILE holds the pickled neighbors of :mod:`tests.security.houses`, in the database of DATABASE_URL. Writes what it found as JSON.
"""

from __future__ import annotations

import itertools
import json
import pickle
import sys
from pathlib import Path
from typing import Any

WHO = ("admin", "order_desk", "floor", "nobody")
OTHERWISE = {"GET console:home"}
"""What is another page alone: a warehouse without order management begins at its board, which the floor sees."""


def main() -> None:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    neighbors = pickle.loads(Path(sys.argv[1]).read_bytes())
    for known in (neighbors.ours.known, neighbors.theirs):
        known.numbers = itertools.count(1)
    json.dump(walk(neighbors), sys.stdout)


def walk(neighbors: Any) -> dict[str, Any]:
    """Every operation this wing answers, asked for the neighbor's things by people and by keys."""
    from django.test import Client

    from tests.security.operations import operations
    from tests.security.policy import as_meant
    from tests.security.test_foreign_ids import DISTURBS, Findings, foreign, send

    everything, ours = operations(), neighbors.ours
    found = Findings(neighbors)
    pages = [each for each in everything if each.door == "console" and each.name.split(" ")[1] not in DISTURBS]
    for who in WHO:
        client = ours.browser(who)
        for operation in sorted(pages, key=lambda each: each.method != "GET"):
            asked = foreign(operation, ours.known, neighbors.theirs)
            answer = send(client, asked)
            found.look_at(who, operation, asked, answer)
            if operation.name not in OTHERWISE and (differs := as_meant(operation, who, answer)):
                found.append(f"{who}: {operation.name}: {differs}")
    calls = [each for each in everything if each.door == "api"]
    for operation in sorted(calls, key=lambda each: each.method != "GET"):
        asked = foreign(operation, ours.known, neighbors.theirs)
        headers = {"authorization": f"Bearer {ours.keys[operation.scope]}"}
        found.look_at(operation.scope, operation, asked, send(Client(raise_request_exception=False), asked, **headers))
    return {
        "pages": len(pages),
        "calls": len(calls),
        "requests": neighbors.requests,
        "said": neighbors.said,
        "found": list(found),
    }


if __name__ == "__main__":
    main()
