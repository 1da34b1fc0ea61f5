"""Identifiers of the trade are those other people's scanners read; row ids never meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import IdSource, check_digit, gtin, make_sscc, sscc


@pytest.mark.parametrize("digits", ["4006381333931", "036000291452", "96385074", "106141412345678908"])
def test_the_check_digit_of_numbers_in_use_is_the_one_printed_on_them(digits: str) -> None:
    assert check_digit(digits[:-1]) == digits[-1]


@given(st.integers(0, 10**13 - 1), st.integers(0, 12), st.integers(1, 9))
def test_a_mistyped_digit_of_a_gtin_shows(number: int, place: int, by: int) -> None:
    digits = f"{number:013d}"
    whole = digits + check_digit(digits)
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    assert gtin(whole) == whole
    with pytest.raises(InvalidInput):
        gtin(wrong)


@given(st.integers(0, 10**9 - 1), st.integers(0, 9))
def test_every_sscc_made_reads_back(serial: int, extension: int) -> None:
    made = make_sscc(company_prefix="9521234", serial=serial, extension=extension)
    assert sscc(made) == made
    assert made.startswith(f"{extension}9521234")


def test_ids_of_one_process_rise_and_those_of_two_writers_never_meet() -> None:
    one, other = IdSource(1), IdSource(2)
    mine = [*one.take(5000), *one.take(1)]
    assert mine == sorted(set(mine))
    assert not set(mine) & set(other.take(5000))
