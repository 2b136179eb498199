"""The score and why it is what it is."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.quality.score import FIGURES, NOTHING, WEIGHTS, added_up, reasons, scored


def figures(**counts: Any) -> pl.DataFrame:
    """Figures of rows that came through our own ingest and are all well, but for these counts."""
    rows = counts.get("total_rows", 0)
    well = {"complete_rows": float(rows), "complete_of": rows, "simulated_of": rows, "own_rows": rows}
    moments = dict.fromkeys(("first_day", "last_updated"))
    row = dict.fromkeys(FIGURES, 0) | moments | well | {"filled_rows": 0} | counts
    return pl.DataFrame([row], schema={**FIGURES, "filled_rows": pl.Int64()})


def told(**counts: Any) -> tuple[float | None, list[str]]:
    row = scored(figures(**counts)).row(0, named=True)
    return row["score"], reasons(row)


def test_weights_are_points() -> None:
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("counts", "score", "sentences"),
    [
        ({"total_rows": 10}, 100, []),
        (
            {"total_rows": 214, "complete_rows": 174.0, "missing_energy_kwh": 40, "missing_shift_hours": 3},
            100 - 35 * 40 / 214,
            ["completeness 81.3 %: energy_kwh is missing in 40, shift_hours in 3 of 214 rows (-6.5 points)"],
        ),
        (
            {"total_rows": 190, "rejected_rows": 10},
            100 - 25 * 10 / 200,
            ["validity 95 %: 10 of 200 rows were rejected (-1.3 points)"],
        ),
        (
            {"total_rows": 200, "duplicate_rows": 200},
            97.5,
            ["uniqueness 50 %: 200 of 400 rows were there already (-2.5 points)"],
        ),
        (
            {"total_rows": 10, "simulated_rows": 1, "late_rows": 10, "anomalies_count": 2},
            100 - 1.5 - 10 - 2,
            [
                "timeliness 0 %: 10 of 10 rows arrived more than 48 hours after what they tell of (-10.0 points)",
                "plausibility 80 %: 2 of 10 rows were far from the others (-2.0 points)",
                "measured 90 %: 1 of 10 rows was simulated (-1.5 points)",
            ],
        ),
        ({"rejected_rows": 1}, 0, ["validity 0 %: 1 of 1 row was rejected (-100.0 points)"]),
        (
            {"total_rows": 100_000, "complete_rows": 99_999.5, "missing_speed": 1},
            100 - 35 * 0.5 / 100_000,
            ["completeness 99.9 %: speed is missing in 1 of 100,000 rows (less than 0.1 points)"],
        ),
    ],
)
def test_the_score_says_what_it_lost_points_for(counts: dict[str, Any], score: float, sentences: list[str]) -> None:
    found, why = told(**counts)
    assert found == pytest.approx(score)
    assert why == sentences


def test_no_rows_have_no_score() -> None:
    row = scored(figures()).row(0, named=True)
    assert [row[name] for name in row if name.endswith("_pct") or name == "score"] == [None] * 8
    assert reasons(row) == []


def test_lines_of_other_programs_tell_three_dimensions() -> None:
    row = scored(figures(total_rows=10, complete_rows=5.0, own_rows=0)).row(0, named=True)
    assert row["score"] == pytest.approx(100 * (35 * 0.5 + 15 + 10) / 60)
    assert (row["validity_pct"], row["timeliness_pct"], row["duplicate_pct"]) == (None, None, None)
    assert reasons(row) == ["completeness 50 %: fields that matter are missing (-29.2 points)"]


def test_a_filled_gap_is_told_and_costs_nothing_more() -> None:
    row = scored(figures(total_rows=10, simulated_rows=1, filled_rows=3)).row(0, named=True)
    assert (row["estimated_pct"], row["predicted_pct"], row["score"]) == pytest.approx((40, 10, 98.5))


def test_sending_a_file_again_costs_little_and_hides_no_rejects() -> None:
    once, _ = told(total_rows=190, rejected_rows=10)
    again, _ = told(total_rows=190, rejected_rows=20, duplicate_rows=190)
    often, _ = told(total_rows=190, rejected_rows=1000, duplicate_rows=190 * 99)
    assert once is not None
    assert again == pytest.approx(once - 5 * 190 / 400)
    assert often == pytest.approx(once - 5 * 190 * 99 / 20_000)


def part_of(whole: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, list[int]]]:
    return whole.flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, n), min_size=4, max_size=4)))


@settings(deadline=None, max_examples=200)
@given(part_of(st.integers(0, 10**6)), st.floats(0, 1), st.tuples(*[st.integers(0, 10**6)] * 2), st.integers(0, 10**6))
def test_scores_lie_between_0_and_100_and_their_parts_add_up(
    whole: tuple[int, list[int]], complete: float, others: tuple[int, int], filled: int
) -> None:
    total, (late, outliers, simulated, own) = whole
    counts = {"rejected_rows": others[0], "duplicate_rows": others[1], "filled_rows": filled, "own_rows": own}
    parts = {"late_rows": min(late, own), "anomalies_count": outliers, "simulated_rows": simulated}
    row = scored(figures(total_rows=total, complete_rows=complete * total, **counts, **parts)).row(0, named=True)
    assert all(row[name] is None or 0 <= row[name] <= 100 for name in row if name.endswith("_pct") or name == "score")
    assert (row["score"] is None) == (total + sum(others) == 0)
    if row["score"] is not None:
        lost = sum(row[f"{name}_points"] or 0 for name in WEIGHTS)
        assert row["score"] == pytest.approx(100 - lost, abs=1e-9)
        assert len(reasons(row)) == sum((row[f"{name}_points"] or 0) > NOTHING for name in WEIGHTS)


def test_figures_add_up() -> None:
    parts = pl.concat([figures(total_rows=3, late_rows=1), figures(total_rows=4, filled_rows=2)])
    row = added_up(parts).row(0, named=True)
    assert (row["total_rows"], row["late_rows"], row["filled_rows"], row["complete_of"]) == (7, 1, 2, 7)
    assert added_up(parts.clear())["total_rows"].item() == 0
