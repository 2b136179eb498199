"""What each event's electricity emits: its region's grid, its hour where the region has a profile, its contract."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import nan

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.emissions.account import Codes, Floats, Mask
from carbon_nexus.emissions.inputs import Words, amount, word_hash
from carbon_nexus.emissions.model import Basis
from carbon_nexus.factors.grid import GridRegion, grid, hour_ratio, regions
from carbon_nexus.factors.library import factor_set
from carbon_nexus.factors.model import Rate

# What the code of a region by the hour has after the code of its year.
BY_HOUR = "-hourly"


class Electricity:
    """Rates per kWh of electricity used, one per event; NaN where the region's sources do not tell a part.

    `place` is each event's region in `regions`: its own `grid_region`, else the basis's. `unknown` is a reason for
    events that name a region the factor set has not, else null. Masses are kg CO2e.
    """

    def __init__(self, rows: pl.DataFrame, basis: Basis) -> None:
        self._rows = rows
        factors = factor_set(basis.factor_set)
        known, usual = regions(factors), grid(factors, basis.grid_region).region
        names, self.place, self.unknown = _regions(rows, usual, known)
        self.regions: Sequence[GridRegion] = [known[name] for name in names]

    @cached_property
    def full_chain(self) -> Floats:
        return self._per_kwh([region.full_chain for region in self.regions])

    @cached_property
    def direct(self) -> Floats:
        """Generation: scope 2, location-based."""
        return self._per_kwh([region.direct for region in self.regions])

    @cached_property
    def upstream(self) -> Floats:
        """Well to tank of the generation, and losses: scope 3 category 3."""
        sums = [region.wtt + region.losses if region.wtt and region.losses else None for region in self.regions]
        return self._per_kwh(sums)

    @cached_property
    def market(self) -> Floats:
        """By the entity's contract; NaN where it has none, as residual mixes are not at hand."""
        return amount(self._rows, "market_kg_per_kwh")

    @cached_property
    def spread_2(self) -> Floats:
        """Square of the log half-width of the region's yearly factor."""
        pct = [nan if region.uncertainty_pct is None else region.uncertainty_pct for region in self.regions]
        return np.log1p(np.array(pct) / 100)[self.place] ** 2

    def inputs(self, rows: npt.NDArray[np.intp], draws: Mask) -> dict[str, Floats]:
        """What of it belongs to the inputs of these events, as numbers: the rates of those that draw electricity."""
        rates = {"grid_full_chain": self.full_chain[rows], "market_kg_per_kwh": self.market[rows]}
        return {name: np.where(draws, rate, nan) for name, rate in rates.items()}

    @cached_property
    def words_hash(self) -> Words:
        """The part of the fingerprint that the region's code makes: two may share a rate and differ in its parts."""
        return np.array([word_hash("grid_region", region.region) for region in self.regions], np.uint64)[self.place]

    def _per_kwh(self, rates: Sequence[Rate | None]) -> Floats:
        values = np.array([nan if rate is None else rate.value for rate in rates])[self.place]
        return values * self._hour_ratio if any(region.hourly for region in self.regions) else values

    @cached_property
    def _hour_ratio(self) -> Floats:
        """The hour's emission against the year's mean, at the event's time; 1 for regions without a profile."""
        ratio = np.ones(self._rows.height)
        if "event_time" not in self._rows.columns:
            return ratio
        time = self._rows["event_time"]
        season = (time.dt.month() % 12 // 3).fill_null(0).to_numpy()
        hour, known = time.dt.hour().fill_null(0).to_numpy(), time.is_not_null().to_numpy()
        for place, region in enumerate(self.regions):
            if region.hourly:
                rows = np.flatnonzero((self.place == place) & known)
                ratio[rows] = hour_ratio(region.region, season[rows], hour[rows])
        return ratio


def _regions(rows: pl.DataFrame, usual: str, known: Mapping[str, GridRegion]) -> tuple[list[str], Codes, pl.Series]:
    """The names of all regions, each event's place among them, and why the one an event names cannot be used.

    Without a time there is no hour: an event of a region by the hour then has the year's mean, under its own name.
    """
    nothing = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    own = rows.get_column("grid_region", default=nothing)
    time = rows.get_column("event_time", default=nothing)
    if own.null_count() == rows.height and (not known[usual].hourly or not time.null_count()):
        return [usual], np.zeros(rows.height, np.int64), nothing
    yearly = {name: name.removesuffix(BY_HOUR) for name, region in known.items() if region.hourly}
    told, unknown = pl.col("told"), ~pl.col("told").is_in(list(known))
    found = pl.DataFrame({"told": own.fill_null(usual), "timeless": time.is_null()}).select(
        pl.when(unknown).then(pl.lit(usual)).when("timeless").then(told.replace(yearly)).otherwise(told).alias("name"),
        pl.when(unknown).then(pl.format("grid_region '{}' is not known", told.str.slice(0, 40))).alias("unknown"),
    )
    names = found["name"].unique().sort()
    places = found["name"].replace_strict(names, range(len(names)), return_dtype=pl.Int64)
    return names.to_list(), places.to_numpy(), found["unknown"]
