"""Stand-ins under an estimate: laid over what an event lacks, and an interval wider by what they may be."""

from math import exp, hypot, log

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.explanations.worksheet import worked_out
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.plugins import PlugIn
from carbon_nexus.predictions.standins import STAND_IN_SCHEMA, marked, spreads, standing_in, widening, with_stand_ins
from tests.unit.predictions.activity import LEG, SHIFT, frame

Ends = tuple[float, float, float]


def stand_in(field: str, ends: Ends, event_id: int = 1) -> dict[str, object]:
    value, low, high = ends
    said = {"method": "median", "sample_size": 214}
    return {"event_id": event_id, "field": field, "value": value, "low": low, "high": high} | said


def stand_ins(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=STAND_IN_SCHEMA)


def events(*rows: dict[str, object]) -> pl.DataFrame:
    return frame(*(row | {"event_id": place} for place, row in enumerate(rows, 1)))


def made(given: pl.DataFrame, stored: pl.DataFrame, estimator: Estimator = EMBEDDED) -> list[dict[str, object]]:
    found = standing_in(given, stored)
    ready = with_stand_ins(given, found)
    return marked(estimator.estimate(ready), ready, found, estimator).to_dicts()


UNMETERED = SHIFT | {"energy_kwh": None}
FLAT: Ends = (5200.0, 5200.0, 5200.0)


def test_a_value_of_its_own_is_never_replaced() -> None:
    given = events(SHIFT, UNMETERED)
    stored = stand_ins(stand_in("energy_kwh", (7.0, 6.0, 8.0), 1), stand_in("energy_kwh", (7.0, 6.0, 8.0), 2))
    found = standing_in(given, stored)
    assert with_stand_ins(given, found)["energy_kwh"].to_list() == [5200.0, 7.0]
    assert [row["filled"] for row in made(given, stored)] == [False, True]
    assert given["energy_kwh"].to_list() == [5200.0, None]


def test_without_stand_ins_an_estimate_stays_as_it_is() -> None:
    given = events(SHIFT, UNMETERED, LEG)
    found = marked(estimate(given), given, stand_ins(), EMBEDDED)
    assert found.drop("filled").equals(estimate(given))
    assert not found["filled"].any()


def test_one_that_is_certain_gives_the_number_and_interval_of_a_measured_value() -> None:
    measured, filled = made(events(SHIFT, UNMETERED), stand_ins(stand_in("energy_kwh", FLAT, 2)))
    for name in ("co2e_kg", "low_kg", "high_kg", "inputs_hash", "confidence"):
        assert filled[name] == measured[name]
    assert filled["notes"] == filled["reason"] == "energy_kwh is estimated: median of 214 own values"
    assert (measured["tier"], filled["tier"]) == ("T1", "T2"), "nobody read the meter"
    assert filled["provenance"] != measured["provenance"]


def test_its_uncertainty_is_added_in_quadrature() -> None:
    measured, filled = made(events(SHIFT, UNMETERED), stand_ins(stand_in("energy_kwh", (5200.0, 2600.0, 6500.0), 2)))
    co2e, own = filled["co2e_kg"], log(measured["high_kg"] / measured["co2e_kg"])  # type: ignore[operator]
    assert filled["low_kg"] == pytest.approx(co2e * exp(-hypot(own, log(2))))  # type: ignore[operator]
    assert filled["high_kg"] == pytest.approx(co2e * exp(hypot(own, log(1.25))))  # type: ignore[operator]
    assert filled["confidence"] == pytest.approx(2 - filled["high_kg"] / co2e)  # type: ignore[operator]


def test_what_the_number_follows_less_widens_it_less() -> None:
    """Half the load is far from half the fuel."""
    bare = {name: value for name, value in LEG.items() if name not in ("load_kg", "distance_km")}
    given = events(bare | {"load_kg": 9000.0, "distance_km": None}, bare | {"load_kg": None, "distance_km": 100.0})
    distance, load = (stand_in("distance_km", (100.0, 50.0, 200.0), 1), stand_in("load_kg", (9e3, 4.5e3, 18e3), 2))
    by_distance, by_load = made(given, stand_ins(distance, load))
    assert by_distance["co2e_kg"] == pytest.approx(by_load["co2e_kg"])
    assert by_distance["low_kg"] < by_load["low_kg"] < by_load["high_kg"] < by_distance["high_kg"]  # type: ignore[operator]


def test_two_fields_of_one_event_are_independent() -> None:
    bare = {name: value for name, value in LEG.items() if name not in ("load_kg", "distance_km")}
    both = stand_ins(stand_in("load_kg", (9e3, 4.5e3, 18e3)), stand_in("distance_km", (100.0, 50.0, 200.0)))
    ready = with_stand_ins(events(bare | {"load_kg": None, "distance_km": None}), both)
    each = [spreads(ready, both.filter(field=name), EMBEDDED)["up"][0] for name in ("load_kg", "distance_km")]
    assert spreads(ready, both, EMBEDDED)["up"][0] == pytest.approx(hypot(*each))
    (row,) = made(events(bare | {"load_kg": None, "distance_km": None}), both)
    assert str(row["notes"]).endswith(
        "distance_km is estimated: median of 214 own values; load_kg is estimated: median of 214 own values"
    )


def test_from_nothing_up_to_something() -> None:
    (row,) = made(events(UNMETERED), stand_ins(stand_in("energy_kwh", (0.0, 0.0, 1000.0))))
    assert (row["co2e_kg"], row["low_kg"]) == (0.0, 0.0)
    assert row["high_kg"] == pytest.approx(245.4)


def test_another_models_number_moves_as_that_model_has_it() -> None:
    squared = PlugIn("mine", "factory", lambda rows: rows.select(co2e_kg=pl.col("energy_kwh") ** 2), "mine-1")
    estimator = Estimator(plugins={"factory": squared})
    (row,) = made(events(UNMETERED), stand_ins(stand_in("energy_kwh", (100.0, 50.0, 200.0))), estimator)
    assert row["co2e_kg"] == pytest.approx(1e4)
    assert row["low_kg"] is None, "a model without an interval gets none"
    ready = with_stand_ins(events(UNMETERED), stand_ins(stand_in("energy_kwh", (100.0, 50.0, 200.0))))
    moved = spreads(ready, stand_ins(stand_in("energy_kwh", (100.0, 50.0, 200.0))), estimator)
    assert moved["up"][0] == pytest.approx(2 * log(2))


def test_an_engines_answer_to_a_stand_in_serves_no_other_event() -> None:
    given, stored = events(SHIFT, UNMETERED), stand_ins(stand_in("energy_kwh", FLAT, 2))
    ready = with_stand_ins(given, stored)
    answered = estimate(ready).with_columns(remote=pl.lit(True))
    assert marked(answered, ready, stored, EMBEDDED)["remote"].to_list() == [True, False]


amounts = st.floats(1.0, 1e6)


@settings(max_examples=30, deadline=None)
@given(amounts, st.one_of(st.just(0.0), st.floats(0.001, 1.0)), st.floats(1.0, 1e3))
def test_the_lines_of_an_explanation_come_to_the_interval(value: float, down: float, up: float) -> None:
    stored = stand_ins(stand_in("energy_kwh", (value, value * down, value * up)))
    (row,) = made(events(UNMETERED), stored)
    assert row["low_kg"] <= row["co2e_kg"] <= row["high_kg"]  # type: ignore[operator]
    ready = with_stand_ins(events(UNMETERED), stored)
    (plain,), (moved,) = estimate(ready).to_dicts(), spreads(ready, stored, EMBEDDED).to_dicts()
    lines = widening(plain, moved)
    assert len(lines) == (2 if down > 0 else 1)
    for line in lines:
        assert line.value == pytest.approx(row[line.step])
        assert worked_out(line.expression) == pytest.approx(row[line.step])
    assert plain["low_kg"] >= row["low_kg"] * (1 - 1e-9)  # type: ignore[operator]
    assert plain["high_kg"] <= row["high_kg"] * (1 + 1e-9)  # type: ignore[operator]
