"""Which events a batch takes: arithmetic on the backlog's id ranges. Pure."""

from collections.abc import Sequence
from typing import NamedTuple


class Range(NamedTuple):
    """Event ids from `first` to `last`, both included."""

    first: int
    last: int


def merged(ranges: Sequence[Range]) -> list[Range]:
    """The same ids as ascending ranges that neither overlap nor touch."""
    result: list[Range] = []
    for each in sorted(ranges):
        if result and each.first <= result[-1].last + 1:
            result[-1] = Range(result[-1].first, max(result[-1].last, each.last))
        else:
            result.append(each)
    return result


def clipped(ranges: Sequence[Range], most: int) -> list[Range]:
    """The first `most` ids of ascending, disjoint ranges, so that a batch never reads more rows than that."""
    result, left = [], most
    for each in ranges:
        if left <= 0:
            break
        last = min(each.last, each.first + left - 1)
        result.append(Range(each.first, last))
        left -= last - each.first + 1
    return result
