"""How likely an amount is exceeded, by the quantiles of a forecast. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from carbon_nexus.forecasts.model import QUANTILES

SUREST = QUANTILES[-1]  # beyond the outermost quantiles nothing is known


def chance_above(quantiles: ArrayLike, amounts: ArrayLike) -> NDArray[np.float64]:
    """The chance of more than each of `amounts`; `quantiles`: one row for each of QUANTILES, then the same shape.

    Between two quantiles it is interpolated linearly. An amount outside all of them has the chance of the nearest:
    .975 says that much or more, .025 that much or less.
    """
    values, at = np.asarray(quantiles, float), np.asarray(amounts, float)
    grid = np.array(QUANTILES)
    values, at = np.broadcast_arrays(values, at[None])
    not_above = (values <= at).sum(axis=0)  # of the quantiles; they rise
    lower, upper = np.clip(not_above - 1, 0, None), np.clip(not_above, None, grid.size - 1)
    low, high = (np.take_along_axis(values, each[None], axis=0)[0] for each in (lower, upper))
    width = high - low
    share = np.divide(at[0] - low, width, out=np.zeros(width.shape), where=width > 0)
    reached = grid[lower] + np.clip(share, 0, 1) * (grid[upper] - grid[lower])
    return np.asarray(1 - reached)


def first_day(chances: Sequence[float] | NDArray[np.float64], least: float) -> int | None:
    """The place of the first chance of at least so much; None: there is none."""
    found = np.flatnonzero(np.asarray(chances) >= least)
    return int(found[0]) if found.size else None


def told_chance(chance: float) -> str:
    """The chance in words: 84 %, or over 97.5 % where no quantile says more."""
    if chance >= SUREST:
        return f"over {SUREST * 100:.1f} %"
    return f"under {(1 - SUREST) * 100:.1f} %" if chance <= 1 - SUREST else f"{chance * 100:.0f} %"
