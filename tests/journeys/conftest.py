"""The whole business of a journey."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.house import House, build_house


@pytest.fixture
def house(business: Any) -> House:
    return build_house(business)
