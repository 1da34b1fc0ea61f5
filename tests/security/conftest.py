"""Neighbors, once for all tests of this folder that a process runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import clear_url_caches, get_resolver, set_urlconf

from tests.security.houses import Neighbors, make_neighbors
from tests.security.operations import Operation, operations

FIGURES = Path(__file__).resolve().parents[2] / "docs" / "figures" / "security.json"


@pytest.fixture(scope="package")
def demo_addresses() -> Iterator[None]:
    """The demonstration's addresses, too: what is only there in ``orderhouse demo`` must hold as well."""
    with override_settings(DEMO=True, ROOT_URLCONF="tests.security.urls"):
        clear_url_caches()
        set_urlconf(None)
        assert get_resolver().url_patterns
        yield
    clear_url_caches()
    assert settings.ROOT_URLCONF == "orderhouse.config.urls"


@pytest.fixture(scope="package")
def neighbors(demo_addresses: None) -> Iterator[Neighbors]:
    """Two full businesses, the second one marked all over. With ORDERHOUSE_FIGURES what was tried is kept (``make security``)."""
    both = make_neighbors("neighbor")
    yield both
    if os.environ.get("ORDERHOUSE_FIGURES"):
        keep(both)


def keep(both: Neighbors) -> None:
    told = {
        "operations": len(both.policy),
        "requests": both.requests,
        "leaks": both.leaks,
        "changes": both.changes,
        "marked_columns": len(both.marked.columns),
        "marked_ids": len(both.marked.ids),
        "policy": {name: sorted(roles) for name, roles in sorted(both.policy.items())},
    }
    FIGURES.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


@pytest.fixture(scope="package")
def everything(demo_addresses: None) -> list[Operation]:
    """Every operation the house answers."""
    return operations()
