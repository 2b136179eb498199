"""Stand-ins from an entity's own values: never beside the bounds, never of others, and as good as was measured."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.activities.model import FIELD_OF
from carbon_nexus.gapfills.fill import Filled, fill
from carbon_nexus.gapfills.model import (
    BY_HOUR,
    EVENT_TYPES_OF,
    FEWEST_VALUES,
    GROUP_SCHEMA,
    MEDIAN,
    PER,
    REGRESSION,
    ROW_SCHEMA,
)
from carbon_nexus.predictions.standins import FILLABLE, STAND_IN_SCHEMA

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)


def rows(
    count: int, entity: str = "E", first_id: int = 1, field: str = "energy_kwh", **columns: object
) -> pl.DataFrame:
    """Hourly events of one entity; a column is a value for all, or a series."""
    event_type = EVENT_TYPES_OF[field][0]
    frame = pl.DataFrame(
        {
            "event_id": range(first_id, first_id + count),
            "event_time": [START + HOUR * at for at in range(count)],
            "entity": [entity] * count,
            "entity_type": ["factory"] * count,
            "event_type": [event_type] * count,
        }
    )
    given = [
        pl.lit(value).alias(name) if not isinstance(value, pl.Series) else value.alias(name)
        for name, value in columns.items()
    ]
    frame = frame.with_columns(given)
    absent = [pl.lit(None).alias(name) for name in ROW_SCHEMA if name not in frame.columns]
    return frame.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in ROW_SCHEMA.items())


def parted(
    events: pl.DataFrame, every: int = 7, field: str = "energy_kwh"
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Own values, the rows that lack one, and these rows with what they hide."""
    hidden = pl.int_range(pl.len()) % every == 3
    truth = events.filter(hidden)
    return events.filter(~hidden), truth.with_columns(pl.lit(None, pl.Float64).alias(field)), truth


def noisy(count: int, middle: float = 100.0, spread: float = 5.0) -> pl.Series:
    return pl.Series(np.random.default_rng(7).normal(middle, spread, count))


def only(found: Filled) -> dict[str, object]:
    (group,) = found.groups.to_dicts()
    return group


def by_clock(hours: pl.DataFrame) -> pl.Series:
    """A site that draws ten times as much by day."""
    day = hours["event_time"].dt.hour().is_between(8, 17)
    return pl.select(pl.when(day).then(1000.0).otherwise(100.0)).to_series() + noisy(len(day), 0.0)


class TestWhatIsTaken:
    def test_a_site_by_the_clock_gets_the_median_of_its_hour(self) -> None:
        hours = rows(1200)
        own, lacking, truth = parted(hours.with_columns(energy_kwh=by_clock(hours)))
        found = fill(own, lacking, "energy_kwh")
        assert only(found)["method"] == f"{MEDIAN}{BY_HOUR.removeprefix(MEDIAN)}"
        assert (found.values["value"] - truth["energy_kwh"]).abs().max() < 25  # type: ignore[operator]

    @pytest.mark.parametrize("scaler", list(PER))
    def test_one_that_runs_for_some_hours_gets_them_times_its_usual_amount(self, scaler: str) -> None:
        hours = pl.Series([float(1 + at % 11) for at in range(200)])
        own, lacking, truth = parted(rows(200, energy_kwh=hours * noisy(200, 50.0, 1.0), **{scaler: hours}))  # type: ignore[arg-type]
        found = fill(own, lacking, "energy_kwh")
        assert only(found)["method"] == PER[scaler]
        assert ((found.values["value"] / truth["energy_kwh"]) - 1).abs().max() < 0.1  # type: ignore[operator]
        # of an event that does not say how long it ran, the plain median
        silent = fill(own, lacking.with_columns(pl.lit(None, pl.Float64).alias(scaler)), "energy_kwh")
        assert only(silent)["method"] == MEDIAN

    def test_a_distance_that_follows_the_fuel_comes_of_the_regression(self) -> None:
        litres = noisy(100, 30.0, 8.0)
        own, lacking, truth = parted(
            rows(100, field="distance_km", distance_km=litres * 3.5 + noisy(100, 0.0, 1.0), fuel_litres=litres),
            field="distance_km",
        )
        found = fill(own, lacking, "distance_km")
        group = only(found)
        assert (group["method"], group["sample_size"]) == (REGRESSION, own.height)
        assert group["regression_error"] < group["median_error"] / 3  # type: ignore[operator]
        assert (found.values["value"] - truth["distance_km"]).abs().mean() < 3  # type: ignore[operator]

    def test_what_an_event_lacks_too_is_not_asked_of_it(self) -> None:
        litres = noisy(100, 30.0, 8.0)
        own, lacking, _ = parted(
            rows(100, field="distance_km", distance_km=litres * 3.5, fuel_litres=litres), field="distance_km"
        )
        found = fill(own, lacking.with_columns(fuel_litres=pl.lit(None, pl.Float64)), "distance_km")
        assert only(found)["method"] == MEDIAN

    def test_a_regression_that_is_hardly_better_is_not_taken(self) -> None:
        own, lacking, _ = parted(
            rows(300, field="speed", speed=noisy(300, 60.0), fuel_litres=noisy(300)[::-1]), field="speed"
        )
        group = only(fill(own, lacking, "speed"))
        assert group["method"] == MEDIAN
        assert group["regression_error"] is not None

    def test_of_fewer_than_sixty_values_there_is_no_regression(self) -> None:
        litres = noisy(60, 30.0, 8.0)
        own, lacking, _ = parted(
            rows(60, field="distance_km", distance_km=litres * 3.5, fuel_litres=litres), field="distance_km"
        )
        group = only(fill(own, lacking, "distance_km"))
        assert (group["method"], group["regression_error"]) == (MEDIAN, None)

    def test_a_value_that_never_changes_is_that_value(self) -> None:
        own, lacking, _ = parted(rows(100, energy_kwh=42.0, shift_hours=noisy(100, 8.0, 1.0)))
        found = fill(own, lacking, "energy_kwh").values
        assert found.select("value", "low", "high").unique().rows() == [(42.0, 42.0, 42.0)]


class TestWhose:
    def test_with_too_few_of_its_own_it_gets_nothing_whatever_others_have(self) -> None:
        own = pl.concat([rows(19, "few", energy_kwh=noisy(19)), rows(20, "enough", 100, energy_kwh=noisy(20))])
        lacking = pl.concat([rows(2, name, at) for at, name in ((200, "few"), (300, "enough"), (400, "none"))])
        found = fill(own, lacking, "energy_kwh")
        said = {row["entity"]: (row["lacking"], row["filled"], row["reason"]) for row in found.groups.to_dicts()}
        assert said == {
            "enough": (2, 2, None),
            "few": (2, 0, "19 of the 20 values of its own that an estimate needs"),
            "none": (2, 0, "0 of the 20 values of its own that an estimate needs"),
        }
        assert found.values["event_id"].to_list() == [300, 301]

    def test_each_by_its_own(self) -> None:
        parts = [
            parted(rows(100, f"E{at}", 1000 * at, energy_kwh=noisy(100, 10.0 ** (1 + at), 0.1))) for at in range(4)
        ]
        together = fill(
            pl.concat([own for own, _, _ in parts]), pl.concat([gaps for _, gaps, _ in parts]), "energy_kwh"
        )
        alone = pl.concat([fill(own, gaps, "energy_kwh").values for own, gaps, _ in parts])
        assert together.values.equals(alone)

    def test_nothing_lacking_nothing_filled(self) -> None:
        found = fill(rows(30, energy_kwh=5.0), rows(0), "energy_kwh")
        assert found.values.schema == pl.Schema(STAND_IN_SCHEMA)
        assert found.groups.schema == pl.Schema(GROUP_SCHEMA)
        assert found.values.is_empty()


SHAPES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda random, count: random.normal(100, 10, count).clip(0),
    "skewed": lambda random, count: random.lognormal(3, 1, count),
    "often nothing": lambda random, count: random.lognormal(3, 1, count) * (random.random(count) < 0.5),
}


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("count", [FEWEST_VALUES, 60, 400])
def test_the_interval_holds_nineteen_of_twenty(shape: str, count: int) -> None:
    random, held = np.random.default_rng(11), []
    for _ in range(12):
        values = pl.Series(SHAPES[shape](random, count + 20))
        events = rows(count + 20, field="load_kg", load_kg=values)
        gap = events.tail(20).with_columns(load_kg=pl.lit(None, pl.Float64))
        found = fill(events.head(count), gap, "load_kg").values
        held.append(values.tail(20).is_between(found["low"], found["high"]).mean())
    assert 0.92 <= np.mean(held) <= 0.995  # type: ignore[arg-type]


@st.composite
def histories(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, str]:
    field = draw(st.sampled_from(FILLABLE))
    bounds = FIELD_OF[field]
    number = st.one_of(
        st.floats(bounds.low, bounds.high), st.sampled_from([bounds.low, bounds.high, 1e-300]), st.floats(0, 100)
    )
    parts, gaps = [], []
    for place in range(draw(st.integers(1, 3))):
        count = draw(st.integers(0, 90))
        values = draw(st.lists(number, min_size=count + 3, max_size=count + 3))
        others = draw(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=count + 3, max_size=count + 3))
        made = rows(count + 3, f"E{place}", 1000 * place, field, **{field: pl.Series(values, dtype=pl.Float64)})
        more = {name: pl.Series(others, dtype=pl.Float64) for name in ("period_hours", "fuel_litres") if name != field}
        made = made.with_columns(**more)
        parts.append(made.head(count))
        gaps.append(made.tail(3).with_columns(pl.lit(None, pl.Float64).alias(field)))
    return pl.concat(parts), pl.concat(gaps), field


@settings(max_examples=40, deadline=None)
@given(histories(), st.randoms())
def test_whatever_the_history(made: tuple[pl.DataFrame, pl.DataFrame, str], random: object) -> None:
    own, lacking, field = made
    found = fill(own, lacking, field)
    bounds = FIELD_OF[field]
    values = found.values
    assert set(values["event_id"]) <= set(lacking["event_id"]), "none but what is lacking"
    assert values["event_id"].is_unique().all()
    assert values.select((pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))).to_series().all()
    assert values.select(pl.all_horizontal(pl.col("low", "high").is_between(bounds.low, bounds.high))).to_series().all()
    enough = own.group_by("entity").len().filter(pl.col("len") >= FEWEST_VALUES)["entity"]
    assert values.height == lacking.filter(pl.col("entity").is_in(enough.implode())).height
    assert (found.groups["reason"].is_null() == (found.groups["filled"] > 0)).all()
    seed = random.randrange(2**32)  # type: ignore[attr-defined]
    again = fill(
        own.sample(fraction=1, shuffle=True, seed=seed), lacking.sample(fraction=1, shuffle=True, seed=seed), field
    )
    assert again.values.equals(values)
    assert again.groups.equals(found.groups)
