from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orderhouse.kernel.clock import read_moment


def test_a_moment_is_read_into_utc_whatever_its_offset() -> None:
    assert read_moment("2026-03-02T09:00:00+01:00") == datetime(2026, 3, 2, 8, tzinfo=UTC)
    far = read_moment("2026-03-02T22:34:00+22:34")
    assert (far, far.utcoffset()) == (datetime(2026, 3, 2, tzinfo=UTC), UTC.utcoffset(None))


@pytest.mark.parametrize("text", ["2026-03-02T09:00:00", "noon", "", "0001-01-01T00:00:00+05:00", 7, None])
def test_what_names_no_moment_is_refused(text: object) -> None:
    with pytest.raises(ValueError):
        read_moment(text)
