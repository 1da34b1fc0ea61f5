"""The shop every test of the promise wing works in; nodes are somebody else's, so letters to them wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orderhouse.oms.tests.shop import Shop, open_shop


@pytest.fixture
def shop(business: Any) -> Iterator[Shop]:
    from orderhouse.contract.receivers import registered

    with registered("node:", None):
        yield open_shop(business)
