"""What is read from outside is read or refused: every seed, everything that ever broke a target, and what hypothesis thinks of."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import CORPUS, MOST_BYTES, TARGETS, feed

SECONDS = 5.0
"""Processor time no input may take, many times what any does: a hang, not a slow machine, fails here."""
MOST_MEMORY = 64 * 2**20


def bytes_near(name: str) -> st.SearchStrategy[bytes]:
    """Inputs that look like a target's own: seeds cut, joined and spelled wrong, with its words put in, and any bytes at all."""
    target = TARGETS[name]
    pieces = (
        st.sampled_from([*target.seeds, *(target.words or (b"0",))])
        | st.binary(max_size=12)
        | st.text(max_size=8).map(str.encode)
    )

    def spoil(parts: tuple[bytes, int, int, list[bytes]]) -> bytes:
        seed, at, cut, more = parts
        at %= len(seed) + 1
        return (seed[:at] + b"".join(more) + seed[at + cut :])[:MOST_BYTES]

    spoiled = st.tuples(
        st.sampled_from(target.seeds), st.integers(0, 4_000), st.integers(0, 40), st.lists(pieces, max_size=3)
    ).map(spoil)
    return spoiled | st.binary(max_size=200)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_read_or_refused(name: str) -> None:
    @settings(max_examples=120, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(bytes_near(name))
    @example(b"")
    def reads_or_refuses(data: bytes) -> None:
        begun = time.process_time()
        feed(TARGETS[name], data)
        assert time.process_time() - begun < SECONDS

    reads_or_refuses()


@pytest.mark.parametrize("name", TARGETS)
def test_what_it_begins_from_is_understood(name: str) -> None:
    """Else the hunt would begin at a closed door: at least one seed of each target is read, not refused."""
    target, read = TARGETS[name], 0
    for seed in target.seeds:
        try:
            target.read(seed)
            read += 1
        except Exception:
            continue
    assert read


def test_everything_that_ever_broke_a_target_stays_mended() -> None:
    kept = [path for path in sorted(CORPUS.rglob("*")) if path.is_file() and path.name != ".gitkeep"]
    for path in kept:
        feed(TARGETS[path.parent.name], path.read_bytes())
    assert {path.parent.name for path in kept} <= TARGETS.keys()


DEEP = {
    "nested lists": b"[" * 2_000 + b"]" * 2_000,
    "nested objects": b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
    "one long number": b"9" * 4_000,
    "one long text": b'"' + b"x" * 3_000_000 + b'"',
    "many keys": b"{" + b",".join(b'"k%d":1' % n for n in range(50_000)) + b"}",
    "many rows": b"A;1\n" * 200_000,
    "many commas": b"," * 1_000_000,
    "many quotes": b'"' * 300_000,
    "many carets": b"^FO1,1" * 20_000,
    "many pairs": b"a=1&" * 5_000,
    "separators": b"\x1d" * 100_000,
}


@pytest.mark.parametrize("what", DEEP)
def test_large_and_deep_inputs_take_little_time_and_memory(what: str) -> None:
    for target in TARGETS.values():
        tracemalloc.start()
        begun = time.process_time()
        try:
            feed(target, DEEP[what])
            took, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert took < 4 * SECONDS
        assert peak < MOST_MEMORY + 40 * len(DEEP[what]), f"{peak / 2**20:.0f} MB"
