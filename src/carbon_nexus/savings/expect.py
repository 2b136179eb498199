"""Formulas of what an event leads to expect: fitted on events, chosen among, and applied. Pure."""

from collections.abc import Collection, Iterator
from datetime import date

import polars as pl

from carbon_nexus.savings.model import Driver, Formula

BY_TIME = (1, 48, 168)  # parts of the week that a mean may be of
LEAST_PER_CELL = 3.0  # events, on average
WORTH = 0.98  # a finer formula must leave less than this share of the error of a coarser one


def expected(formula: Formula, events: pl.DataFrame, closed: Collection[date]) -> pl.Series:
    """Kg CO2e that the formula expects of each event (with `event_time`, `done`, `kind`); null: it cannot tell."""
    if formula.driver is not Driver.TIME:
        rates = pl.col("kind").replace_strict(dict(formula.rates), default=None, return_dtype=pl.Float64)
        return events.select(kg=rates * pl.col("done")).to_series()
    cell = _cell(formula.cells, closed)
    means, usual = (pl.lit(pl.Series(each, dtype=pl.Float64)) for each in (formula.means, formula.usual))
    above = formula.slope * (pl.col("done") - usual.gather(cell)) if formula.slope else 0.0
    return events.select(kg=means.gather(cell) + above).to_series()


def fit_rates(driver: Driver, events: pl.DataFrame) -> Formula:
    """Kg per unit of what was done: all kg over all units, so that totals agree. `weight` weighs each event."""
    sums = events.filter(pl.col("done").is_not_null()).group_by("kind").agg(
        kg=(pl.col("co2e_kg") * pl.col("weight")).sum(), done=(pl.col("done") * pl.col("weight")).sum()
    )  # fmt: skip
    usable = sums.filter(pl.col("kind").is_not_null(), pl.col("done") > 0).sort("kind")
    return Formula(driver, {row["kind"]: row["kg"] / row["done"] for row in usable.iter_rows(named=True)})


def fit_time(cells: int, follows: bool, events: pl.DataFrame, closed: Collection[date]) -> Formula:
    """Mean kg of each part of the week and, where it `follows` activity, kg per unit above the usual one there."""
    placed = events.with_columns(cell=_cell(cells, closed))
    weight = pl.col("weight")
    means = placed.group_by("cell").agg(
        kg=(pl.col("co2e_kg") * weight).sum() / weight.sum(), usual=(pl.col("done") * weight).sum() / weight.sum()
    )
    table = pl.DataFrame({"cell": range(cells)}).join(means, on="cell", how="left", maintain_order="left")
    slope = _slope(placed.join(means, on="cell")) if follows else 0.0
    return Formula(Driver.TIME, {}, cells, tuple(table["kg"]), tuple(table["usual"]), slope)


def formulas(events: pl.DataFrame, closed: Collection[date]) -> Iterator[tuple[int, bool]]:
    """The formulas by time that so many events carry, coarse ones first: parts of the week, and whether by activity."""
    told = events["done"].is_not_null().all() and events["done"].n_unique() > 1
    for cells in BY_TIME:
        seen = events.select(_cell(cells, closed).n_unique()).item()
        if events.height >= LEAST_PER_CELL * seen:
            yield cells, False
            if told:
                yield cells, True


def choose(events: pl.DataFrame, closed: Collection[date]) -> tuple[int, bool]:
    """The formula by time whose daily sums were nearest where each `week` was told from all the others."""
    best, least = (1, False), float("inf")
    for cells, follows in formulas(events, closed):
        error = _error_ahead(cells, follows, events, closed)
        if error < WORTH * least:
            best, least = (cells, follows), error
    return best


def _error_ahead(cells: int, follows: bool, events: pl.DataFrame, closed: Collection[date]) -> float:
    errors = []
    for (week,), left_out in events.group_by("week"):
        formula = fit_time(cells, follows, events.filter(pl.col("week") != week), closed)
        if follows and formula.slope == 0:  # it explains nothing
            return float("inf")
        told = left_out.with_columns(off=pl.col("co2e_kg") - expected(formula, left_out, closed))
        errors.append(told.filter(pl.col("off").is_not_null()).group_by("day").agg(pl.col("off", "co2e_kg").sum()))
    days = pl.concat(errors)
    off, total = float(days["off"].abs().sum()), float(days["co2e_kg"].sum())
    return off / total if total > 0 else float("inf")


def _slope(placed: pl.DataFrame) -> float:
    """Least squares within the parts; 0 where more activity does not go with more kg."""
    beside, above = pl.col("done") - pl.col("usual"), pl.col("co2e_kg") - pl.col("kg")
    weight = pl.col("weight")
    both, own = placed.select((weight * beside * above).sum(), own=(weight * beside**2).sum()).row(0)
    return max(0.0, both / own) if own and own > 0 else 0.0


def _cell(cells: int, closed: Collection[date]) -> pl.Expr:
    """The part of the week of an `event_time`, from 0; closed days are like Sundays."""
    time = pl.col("event_time").dt
    weekday = pl.when(time.date().is_in(list(closed))).then(7).otherwise(time.weekday()).cast(pl.Int64)
    hour = time.hour().cast(pl.Int64)
    if cells == 1:
        return hour * 0
    return hour + 24 * ((weekday >= 6).cast(pl.Int64) if cells == 48 else weekday - 1)
