"""What a channel sees of the stock, by water level; its twin takes the same units off one by one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from orderhouse.oms.sourcing.shares import seen_by_channel

Stock = dict[tuple[int, int, int], int]
LEVEL = {(node, 1, 1): 5000 for node in range(1, 5)}


def taken_one_by_one(stock: Stock, buffer: int, share_percent: int) -> Stock:
    """Each unit that is kept back leaves the node that is fullest at that moment."""
    seen = dict(stock)
    for owned in {key[1:] for key in stock}:
        keys = [key for key in stock if key[1:] == owned]
        total = sum(stock[key] for key in keys)
        for _ in range(total - max(0, min(total - buffer, total * share_percent // 100))):
            seen[max(keys, key=lambda key: (seen[key], key))] -= 1
    return seen


@given(
    stock=st.dictionaries(
        st.tuples(st.integers(1, 6), st.integers(1, 2), st.integers(1, 2)), st.one_of(st.integers(0, 6), st.integers(0, 200))
    ),
    buffer=st.integers(0, 300),
    share_percent=st.integers(0, 100),
)
@example(stock={(1, 1, 1): 5, (2, 1, 1): 5, (3, 1, 1): 5, (4, 1, 1): 2}, buffer=4, share_percent=100)
def test_the_water_level_leaves_every_node_what_unit_by_unit_would(stock: Stock, buffer: int, share_percent: int) -> None:
    assert seen_by_channel(stock, buffer=buffer, share_percent=share_percent) == taken_one_by_one(stock, buffer, share_percent)


def test_a_share_of_level_nodes_is_taken_from_all_of_them_alike() -> None:
    assert seen_by_channel(LEVEL, buffer=0, share_percent=90) == dict.fromkeys(LEVEL, 4500)
    assert seen_by_channel(LEVEL, buffer=2, share_percent=100) == LEVEL | {(3, 1, 1): 4999, (4, 1, 1): 4999}
