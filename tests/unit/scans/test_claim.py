"""The arithmetic of id ranges against sets of ids."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.scans.claim import Range, clipped, merged

RANGES = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 12)).map(lambda pair: Range(pair[0], pair[0] + pair[1])), max_size=12
)


def ids(ranges: list[Range]) -> set[int]:
    return {number for each in ranges for number in range(each.first, each.last + 1)}


@given(RANGES)
def test_merging_keeps_the_ids_in_ascending_ranges_with_gaps_between(ranges: list[Range]) -> None:
    found = merged(ranges)
    assert ids(found) == ids(ranges)
    assert all(after.first > before.last + 1 for before, after in pairwise(found))


@given(RANGES, st.integers(-1, 80))
def test_clipping_keeps_the_lowest_ids(ranges: list[Range], most: int) -> None:
    found = clipped(merged(ranges), most)
    assert ids(found) == set(sorted(ids(ranges))[: max(most, 0)])
    assert all(each.first <= each.last for each in found)
    assert sum(each.last - each.first + 1 for each in found) == len(ids(found))


def test_by_hand() -> None:
    backlog = [Range(10, 12), Range(1, 3), Range(4, 4), Range(11, 20)]
    assert merged(backlog) == [Range(1, 4), Range(10, 20)]
    assert clipped(merged(backlog), 6) == [Range(1, 4), Range(10, 11)]
    assert clipped([Range(1, 1)], 0) == merged([]) == []
