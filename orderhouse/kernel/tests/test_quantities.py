"""Quantities are whole units; a pack is never broken by arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.quantities import MAX_QUANTITY, packs_to_units, quantity, units_to_packs


@given(packs=st.integers(1, 10**6), size=st.integers(1, 10**4))
def test_packs_become_units_and_packs_again(packs: int, size: int) -> None:
    assert units_to_packs(packs_to_units(packs, size), size) == packs


@given(size=st.integers(2, 10**4), packs=st.integers(0, 10**4), data=st.data())
def test_units_that_would_break_a_pack_are_refused_and_never_rounded(size: int, packs: int, data: st.DataObject) -> None:
    rest = data.draw(st.integers(1, size - 1))
    with pytest.raises(InvalidInput) as refused:
        units_to_packs(packs * size + rest, size)
    assert str(size) in str(refused.value)


@pytest.mark.parametrize("value", [0, -1, 1.0, "1", True, None, MAX_QUANTITY + 1])
def test_what_is_no_quantity_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        quantity(value)


def test_one_and_the_most_are_quantities() -> None:
    assert (quantity(1), quantity(MAX_QUANTITY)) == (1, MAX_QUANTITY)
