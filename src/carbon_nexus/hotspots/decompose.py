"""What a difference in emissions is made of: how much was done, with what, and how well. Pure.

Additive LMDI-I (Ang 2005, Energy Policy 33(7), 867-871): the kg of a group are activity x share of the group x kg per
unit, and each factor's part of the change is its logarithmic change, weighed by the logarithmic mean of the kg before
and after. The parts add up to the whole difference.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

LEAST = 1e-20  # stands for a zero in the logarithms; the parts converge as it does (Ang and Liu 2007)


class Parts(NamedTuple):
    """kg CO2e of a difference by cause; `intensity` is the rest of the causes: they add up to the difference."""

    volume_kg: float
    mix_kg: float
    intensity_kg: float

    @property
    def total_kg(self) -> float:
        """The whole difference."""
        return self.volume_kg + self.mix_kg + self.intensity_kg


def decompose(actual: pl.DataFrame, usual: pl.DataFrame, scale: float) -> Parts:
    """The difference between the actual kg and `scale` times the usual kg, by cause.

    Both have group, activity and co2e_kg, a row for each event. The scale makes them comparable: as many events, or
    days, as there are in `actual`.
    """
    now, before = _by_group(actual, "now"), _by_group(usual, "before")
    both = now.join(before, on="group", how="full", coalesce=True).fill_null(0.0)
    activity = both["activity_now"].to_numpy(), both["activity_before"].to_numpy() * scale
    kg = both["co2e_kg_now"].to_numpy(), both["co2e_kg_before"].to_numpy() * scale
    weight = _logarithmic_mean(*kg)
    volume = np.log(max(activity[0].sum(), LEAST) / max(activity[1].sum(), LEAST))
    total = np.log(np.maximum(activity[0], LEAST) / np.maximum(activity[1], LEAST))
    of_volume, of_mix = float((weight * volume).sum()), float((weight * (total - volume)).sum())
    return Parts(of_volume, of_mix, float(kg[0].sum() - kg[1].sum()) - of_volume - of_mix)


def _by_group(events: pl.DataFrame, when: str) -> pl.DataFrame:
    usable = events.filter(pl.col("co2e_kg").is_not_null() & (pl.col("activity") > 0))
    return usable.group_by("group").agg(
        pl.col("activity").sum().alias(f"activity_{when}"), pl.col("co2e_kg").sum().alias(f"co2e_kg_{when}")
    )


def _logarithmic_mean(
    one: "np.ndarray[tuple[int], np.dtype[np.float64]]", other: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    a, b = np.maximum(one, LEAST), np.maximum(other, LEAST)
    difference = np.log(a) - np.log(b)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(difference) < 1e-12, a, (a - b) / difference)
