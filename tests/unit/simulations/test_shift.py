"""Load shifting against the packaged profile of Great Britain, read here anew."""

import csv
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.factors.grid import HOURLY, SEASONS
from carbon_nexus.simulations.shift import (
    LOAD_SCHEMA,
    SEASON_DAYS,
    by_the_hour,
    even_day,
    hourly_regions,
    hourly_twin,
    mean_day,
    per_year,
    shift,
    total,
    windows,
)

GRID = 0.177 + 0.0459 + 0.01853 + 0.00397  # kg CO2e per kWh, UK DESNZ 2025: the year's mean
SET = "desnz-2025.2"


def profile() -> dict[str, list[float]]:
    text = files("carbon_nexus.factors").joinpath("data", "curves", "gb-hourly.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    return {name: [float(row["g_per_kwh"]) for row in rows if row["season"] == name] for name in (*SEASONS, "annual")}


def kg_per_kwh(season: str, hour: int) -> float:
    g = profile()
    return GRID * g[season][hour] / (sum(g["annual"]) / 24)


@pytest.mark.parametrize(("season", "first", "moves"), [
    ("winter", 1, {17: 3, 18: 2, 16: 4, 19: 1}),
    ("spring", 11, {19: 12, 18: 13, 20: 11, 17: 14}),
    ("summer", 11, {19: 13, 20: 12, 21: 11, 18: 14}),
    ("autumn", 1, {17: 3, 18: 2, 16: 4, 19: 1}),
])  # fmt: skip
def test_four_hours_go_from_the_dirtiest_to_the_cleanest_in_a_row(
    season: str, first: int, moves: dict[int, int]
) -> None:
    found = windows(HOURLY, 4)[SEASONS.index(season)]
    assert (found.season, found.first_hour, dict(found.moves)) == (season, first, moves)


def test_the_saving_is_each_hours_kwh_times_the_difference_of_its_hours() -> None:
    found = shift(even_day(2400, month=1), HOURLY, hours=4, share=0.5)["winter"]
    by_hand = sum(
        50 * (kg_per_kwh("winter", a) - kg_per_kwh("winter", b)) for a, b in ((17, 3), (18, 2), (16, 4), (19, 1))
    )
    assert found.saving_kg == pytest.approx(by_hand)
    assert found.baseline_kg == pytest.approx(sum(100 * kg_per_kwh("winter", hour) for hour in range(24)))
    assert [found.energy_kwh, found.moved_kwh, found.days] == pytest.approx([2400, 200, 1])
    assert 0 < found.half_width_kg < found.saving_kg / 5  # of meter and year alone: the hours are common to both


def test_a_year_has_each_seasons_own_window() -> None:
    day = even_day(2400, month=1)
    of_seasons = {
        s: shift(even_day(2400, month), HOURLY, 4)[s] for s, month in zip(SEASONS, (1, 4, 7, 10), strict=True)
    }
    expected = sum(SEASON_DAYS[season] * each.saving_kg for season, each in of_seasons.items())
    assert per_year(shift(mean_day(day), HOURLY, 4)) == pytest.approx(expected)
    assert sum(SEASON_DAYS.values()) == 365.25


@given(
    hours=st.integers(1, 12),
    share=st.floats(0, 1),
    used=st.lists(st.floats(0.001, 1e6), min_size=24, max_size=24),
    month=st.integers(1, 12),
)
def test_what_moves_never_emits_more_and_nothing_is_lost(
    hours: int, share: float, used: list[float], month: int
) -> None:
    load = even_day(24, month).with_columns(pl.Series("energy_kwh", used))
    (found,) = shift(load, HOURLY, hours, share).values()
    assert found.saving_kg >= -1e-9 * found.baseline_kg
    assert found.saving_kg <= found.baseline_kg
    assert found.energy_kwh == pytest.approx(sum(used))
    assert found.moved_kwh <= found.energy_kwh * (1 + 1e-9)


def test_half_hours_keep_their_minutes_and_seasons_add_up() -> None:
    winter, summer = even_day(48, 1), even_day(48, 7)
    halves = pl.concat([winter, winter.with_columns(pl.col("event_time") + pl.duration(minutes=30)), summer])
    parts = shift(halves, HOURLY, 6)
    assert list(parts) == ["winter", "summer"]
    assert parts["winter"].saving_kg == pytest.approx(2 * shift(winter, HOURLY, 6)["winter"].saving_kg)
    whole = total(list(parts.values()))
    assert [whole.days, whole.energy_kwh] == pytest.approx([2, 3 * 48])


def test_events_longer_than_an_hour_or_without_a_meter_tell_no_hour() -> None:
    hourly = even_day(24, 1).with_columns(period_hours=pl.lit(None, pl.Float64))
    daily = hourly.head(2).with_columns(
        pl.Series("event_time", ["2025-02-01T00:00", "2025-02-02T00:00"]).str.to_datetime(
            time_unit="us", time_zone="UTC"
        )
    )
    told = daily.with_columns(pl.col("event_time") + pl.duration(hours=5), period_hours=pl.Series([1.0, 24.0]))
    unmetered = hourly.head(1).with_columns(energy_kwh=pl.lit(None, pl.Float64))
    kept, left_out = by_the_hour(pl.concat([hourly, daily, told, unmetered]))
    assert (kept.height, kept.columns) == (25, list(LOAD_SCHEMA))
    assert left_out == {"longer than an hour": 3, "no energy_kwh": 1}


def test_hours_and_days_without_use_count_as_such() -> None:
    idle = even_day(24, 1).with_columns(
        pl.when(pl.col("event_time").dt.hour() == 17).then(24.0).otherwise(0.0).alias("energy_kwh"),
        period_hours=pl.lit(None, pl.Float64),
    )
    closed = idle.with_columns(pl.col("event_time") + pl.duration(days=1), energy_kwh=pl.lit(0.0))
    kept, left_out = by_the_hour(pl.concat([idle, closed]))
    found = shift(kept, HOURLY, 1)["winter"]
    assert (kept.height, left_out, found.days, found.moved_kwh) == (48, {}, 2, 24)


def test_regions_by_the_hour_are_the_factor_sets_own() -> None:
    assert hourly_regions(SET) == [HOURLY]
    assert [hourly_twin(name, SET) for name in ("GB", HOURLY, "DE")] == [HOURLY, HOURLY, None]
