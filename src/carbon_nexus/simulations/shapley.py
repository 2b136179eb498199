"""What each of several changes contributes to what they do together, exactly. Pure."""

from collections.abc import Iterator, Mapping
from math import factorial, fsum

Sums = Mapping[int, Mapping[int, float]]
"""For every set of changes (as bits) that act on the same events: what each of its non-empty subsets comes to there."""


def contributions(sums: Sums, changes: int) -> list[float]:
    """The part of each change: the mean, over all orders in which they can be made, of what it adds to those before.

    The parts add up to what all come to together. An event that one change alone acts on counts for that one, so only
    the sets that occur are looked at.
    """
    parts: list[list[float]] = [[] for _ in range(changes)]
    for acting, worth in sums.items():
        for change in _members(acting):
            parts[change] += _added(worth, acting, change)
    return [fsum(each) for each in parts]


def subsets(acting: int) -> Iterator[int]:
    """The non-empty subsets of a set given as bits, itself first."""
    subset = acting
    while subset:
        yield subset
        subset = (subset - 1) & acting


def _added(worth: Mapping[int, float], acting: int, change: int) -> Iterator[float]:
    """What the change adds to each set of the others, times the share of orders in which just these come before it."""
    size, bit = acting.bit_count(), 1 << change
    for after in subsets(acting):
        if after & bit:
            before = after & ~bit
            weight = factorial(before.bit_count()) * factorial(size - before.bit_count() - 1) / factorial(size)
            yield weight * (worth[after] - worth.get(before, 0.0))


def _members(acting: int) -> list[int]:
    return [change for change in range(acting.bit_length()) if acting >> change & 1]
