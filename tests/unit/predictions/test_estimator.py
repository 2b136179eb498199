"""Who estimates an event inside this process: the plug-in of its type where there is one, else what is built in."""

import polars as pl
import pytest

from carbon_nexus.emissions.estimate import ESTIMATE_SCHEMA, estimate
from carbon_nexus.emissions.model import Basis
from carbon_nexus.predictions.answers import RemoteAnswer
from carbon_nexus.predictions.estimator import EMBEDDED, Estimator
from carbon_nexus.predictions.plugins import Model, PlugIn

EVENTS = pl.DataFrame(
    [
        {"event_type": "delivery", "vehicle_type": "van", "fuel_type": "diesel", "distance_km": 40.0},
        {"event_type": "factory", "energy_kwh": 100.0},
        {"event_type": "delivery", "vehicle_type": "van", "fuel_type": "diesel", "distance_km": 10.0},
        {"event_type": "logistics", "vehicle_type": "truck", "fuel_type": "diesel", "distance_km": 5.0},
        {"event_type": "delivery", "vehicle_type": "zeppelin", "distance_km": 7.0},
    ]
)
OURS = estimate(EVENTS)


def two_kg_per_km(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(co2e_kg=2 * pl.col("distance_km"))


def long_rounds_only(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(co2e_kg=pl.when(pl.col("distance_km") > 20).then(2 * pl.col("distance_km")))


def broken(_: pl.DataFrame) -> pl.DataFrame:
    raise KeyError("no coefficients for 2026")


def with_plug_ins(**models: Model) -> Estimator:
    return Estimator(plugins={kind: PlugIn(f"own-{kind}", kind, model, f"{kind}-7") for kind, model in models.items()})


def test_without_plug_ins_it_is_what_is_built_in_on_its_basis() -> None:
    assert EMBEDDED.estimate(EVENTS).equals(OURS)
    german = Basis(grid_region="DE")
    assert Estimator(german).estimate(EVENTS).equals(estimate(EVENTS, german))


def test_a_plug_in_answers_for_its_type_of_event_and_no_other() -> None:
    found = with_plug_ins(delivery=two_kg_per_km).estimate(EVENTS)
    assert found.schema == pl.Schema(ESTIMATE_SCHEMA)
    theirs = found[[0, 2, 4]]
    assert theirs["co2e_kg"].to_list() == [80.0, 20.0, 14.0]
    assert set(theirs["source"]) == {"plug-in own-delivery"}
    assert set(theirs["model_version"]) == {"delivery-7"}
    assert set(theirs["method"]) == {"plug-in own-delivery"}
    assert not found["remote"].any()
    assert found[[1, 3]].equals(OURS[[1, 3]])


def test_events_a_plug_in_says_nothing_about_are_estimated_here() -> None:
    found = with_plug_ins(delivery=long_rounds_only).estimate(EVENTS)
    assert found["source"].to_list() == [
        "plug-in own-delivery", "embedded",
        "embedded (plug-in own-delivery gives no number for this event)", "embedded", None,
    ]  # fmt: skip
    assert found["co2e_kg"][2] == OURS["co2e_kg"][2]
    assert found["reason"][4] == OURS["reason"][4]


def test_a_plug_in_that_fails_is_named_with_what_it_said_and_another_goes_on() -> None:
    found = with_plug_ins(delivery=broken, factory=lambda events: events.select(co2e_kg=pl.lit(3))).estimate(EVENTS)
    said = "embedded (plug-in own-delivery failed: KeyError: 'no coefficients for 2026')"
    assert found["source"].to_list() == [said, "plug-in own-factory", said, "embedded", None]
    assert found["co2e_kg"].to_list() == [OURS["co2e_kg"][0], 3.0, OURS["co2e_kg"][2], OURS["co2e_kg"][3], None]


def test_one_at_a_time_is_all_at_once() -> None:
    estimator = with_plug_ins(delivery=long_rounds_only, factory=broken)
    single = pl.concat([estimator.estimate(part) for part in EVENTS.iter_slices(1)])
    assert single.equals(estimator.estimate(EVENTS))


def test_no_events_are_no_estimates() -> None:
    found = with_plug_ins(delivery=broken).estimate(EVENTS.clear())
    assert (found.height, found.schema) == (0, pl.Schema(ESTIMATE_SCHEMA))


def test_the_separate_engine_is_left_to_whoever_can_wait_for_it() -> None:
    class Unasked:
        async def predict(self, events: pl.DataFrame) -> RemoteAnswer:
            pytest.fail("it was asked")

    assert Estimator(remote=Unasked()).estimate(EVENTS).equals(OURS)
