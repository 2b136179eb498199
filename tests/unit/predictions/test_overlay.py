"""Another estimator's answers over the embedded estimates: whose number each row holds, and what it says about it."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_nexus.emissions.estimate import ESTIMATE_SCHEMA, estimate
from carbon_nexus.emissions.labels import PROVENANCE, digest
from carbon_nexus.predictions.answers import ANSWER_SCHEMA, State, in_schema, without_number
from carbon_nexus.predictions.overlay import overlay

TRUCK = {"event_type": "logistics", "vehicle_type": "truck", "fuel_type": "diesel", "distance_km": 100.0}
EVENTS = pl.DataFrame(
    [
        TRUCK | {"load_kg": 9000.0},
        {"event_type": "factory", "energy_kwh": 100.0},
        TRUCK | {"vehicle_type": "zeppelin"},  # the embedded estimator has no number for it
        TRUCK | {"distance_km": 200.0},
        {"event_type": "warehouse", "energy_kwh": 50.0, "temperature": 4.0},
    ]
)
OURS = estimate(EVENTS)
NO_NUMBER = 2
FULL: dict[str, Any] = {
    "co2e_kg": 77.5, "ttw_kg": 60.0, "wtt_kg": 17.5, "low_kg": 70.0, "high_kg": 85.0, "confidence": 0.9,
    "model_version": "v9", "tier": "T3", "method": "fleet.1", "factor_id": "their-2026/lorry",
    "reason": "the load is a guess",
}  # fmt: skip
BARE: dict[str, Any] = {"co2e_kg": 77.5, "model_version": "v9"}
"""All that the original ml-engine tells, but for its confidence."""
NEVER_TOLD = (
    "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg", "electricity_kwh", "scope2_kg", "scope2_market_kg",
    "factor_set", "factor_ids", "grid_region",
)  # fmt: skip
THE_EVENT_S = ("scope", "ghg_category", "activity", "activity_unit", "entity", "entity_type", "inputs_hash")


def answered(*row_index: int, fresh: bool = True, **told: Any) -> pl.DataFrame:
    """The same answer to some events."""
    rows = pl.DataFrame([told] * len(row_index), schema_overrides=ANSWER_SCHEMA).with_columns(
        pl.Series("row_index", row_index), pl.lit(str(State.ANSWERED)).alias("state")
    )
    return in_schema(rows).with_columns(pl.lit(fresh).alias("fresh"))


def unanswered(state: State, reason: str, *row_index: int) -> pl.DataFrame:
    return without_number(pl.Series(row_index), state, reason).with_columns(pl.lit(False).alias("fresh"))


def remote(*answers: pl.DataFrame) -> pl.DataFrame:
    return overlay(OURS, pl.concat(answers), "ml-engine", remote=True)


def row(frame: pl.DataFrame, place: int) -> dict[str, Any]:
    return frame.row(place, named=True)


def said(labels: dict[str, Any]) -> str:
    return digest({name: labels[name] for name in PROVENANCE})


def test_without_answers_nothing_changes() -> None:
    assert remote(answered(**BARE)).equals(OURS)


@pytest.mark.parametrize("place", [0, 1, 3, 4])
def test_an_answer_takes_the_place_of_the_estimate(place: int) -> None:
    found, ours = row(remote(answered(place, **FULL)), place), row(OURS, place)
    assert {name: found[name] for name in FULL} == FULL
    assert found["notes"] == "the load is a guess"
    assert (found["source"], found["remote"]) == ("ml-engine", True)
    assert {name for name in NEVER_TOLD if found[name] is not None} == set()
    assert {name: found[name] for name in THE_EVENT_S} == {name: ours[name] for name in THE_EVENT_S}
    assert found["provenance"] == said(found) != ours["provenance"]


def test_what_an_answer_leaves_out_is_not_known() -> None:
    assert OURS["notes"].null_count() < OURS.height
    found = row(remote(answered(0, **BARE)), 0)
    assert found["co2e_kg"] == 77.5
    unknown = ("ttw_kg", "wtt_kg", "low_kg", "high_kg", "confidence", "factor_id", "reason", "notes", *NEVER_TOLD)
    assert {name for name in unknown if found[name] is not None} == set()
    assert (found["tier"], found["method"], found["model_version"]) == ("T2", "ml-engine", "v9")


def test_only_what_was_just_asked_is_marked_to_be_found_again() -> None:
    found = remote(answered(0, **FULL), answered(3, fresh=False, **FULL), unanswered(State.FAILED, "down", 4))
    assert found["remote"].to_list() == [True, False, False, False, False]
    assert row(found, 0)["provenance"] == row(found, 3)["provenance"]


@pytest.mark.parametrize(
    ("state", "source"),
    [
        (State.REFUSED, "embedded (ml-engine gave no number)"),
        (State.NOT_ASKED, "embedded (ml-engine cannot be asked about it)"),
        (State.FAILED, "embedded (ml-engine unavailable)"),
    ],
)
def test_where_the_engine_gives_none_the_embedded_estimate_stays_and_says_so(state: State, source: str) -> None:
    found = remote(unanswered(state, "for a reason that differs from event to event", 0, 2, 3))
    changed = ["source", "provenance"]
    assert_frame_equal(found.drop(changed), OURS.drop(changed), check_exact=True)
    assert found["source"].to_list() == [source, "embedded", None, source, "embedded"]
    assert [row(found, place)["provenance"] for place in (0, 3)] == [said(row(found, place)) for place in (0, 3)]
    assert found["provenance"][NO_NUMBER] is None
    assert found["provenance"][0] != OURS["provenance"][0]
    assert found[[1, 4]].equals(OURS[[1, 4]])


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED])
def test_a_plug_in_s_reason_is_told_in_full(state: State) -> None:
    reasons = pl.Series(["plug-in fleet failed: KeyError: 'x'", "plug-in fleet gives no number for this event"])
    found = overlay(OURS, without_number(pl.Series([0, 3]), state, reasons), "plug-in fleet")
    assert found["source"][0] == "embedded (plug-in fleet failed: KeyError: 'x')"
    assert found["source"][3] == "embedded (plug-in fleet gives no number for this event)"
    assert found["co2e_kg"].equals(OURS["co2e_kg"])
    assert not found["remote"].any()


def test_an_event_without_a_number_gets_the_answer_or_keeps_its_reason() -> None:
    none = row(remote(unanswered(State.FAILED, "down", NO_NUMBER)), NO_NUMBER)
    assert none == row(OURS, NO_NUMBER)
    assert (none["co2e_kg"], none["source"], none["provenance"]) == (None, None, None)
    given = row(remote(answered(NO_NUMBER, **BARE)), NO_NUMBER)
    assert (given["co2e_kg"], given["source"], given["reason"]) == (77.5, "ml-engine", None)
    assert given["provenance"] == said(given)


def test_answers_in_any_order_reach_their_own_events() -> None:
    answers = [answered(place, co2e_kg=float(place), model_version="v") for place in (4, 0, 3)]
    found = remote(*answers)
    assert [found["co2e_kg"][place] for place in (0, 3, 4)] == [0.0, 3.0, 4.0]
    assert found[[1, 2]].equals(OURS[[1, 2]])


def test_one_estimator_over_another() -> None:
    first = overlay(OURS, answered(0, **BARE).drop("fresh"), "plug-in fleet")
    second = overlay(first, pl.concat([answered(1, **FULL), unanswered(State.FAILED, "", 3)]), "ml-engine", remote=True)
    assert second["source"].to_list() == [
        "plug-in fleet", "ml-engine", None, "embedded (ml-engine unavailable)", "embedded",
    ]  # fmt: skip
    assert row(second, 0) == row(first, 0)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_answered_each_row_holds_one_estimator_s_numbers_whole(seed: int) -> None:
    random, height = np.random.default_rng(seed), 3000

    def any_of(*values: str | None) -> pl.Series:
        return pl.Series(values, dtype=pl.String).gather(random.integers(0, len(values), height))

    ours = estimate(EVENTS[random.integers(0, EVENTS.height, height)])
    told = pl.DataFrame(
        {
            "row_index": np.arange(height),
            "state": any_of(*map(str, State), None),
            "model_version": any_of("v1", "v2", "v" * 200),
            "reason": any_of("a", "b", None),
            "co2e_kg": random.uniform(1, 9, height),
        }
    ).with_columns(pl.when(pl.col("state") == State.ANSWERED).then("co2e_kg").alias("co2e_kg"))
    answers = in_schema(told.filter(pl.col("state").is_not_null())).sample(fraction=1, shuffle=True, seed=seed)
    found = overlay(ours, answers.with_columns(fresh=pl.lit(False)), "ml-engine", remote=True)
    assert found.schema == pl.Schema(ESTIMATE_SCHEMA)
    theirs, untouched = told["co2e_kg"].is_not_null(), told["state"].is_null()
    taken = ["co2e_kg", "model_version", "reason"]
    assert found.filter(theirs).select(taken).equals(told.filter(theirs).select(taken))
    changing = ["source", "provenance"]
    assert found.filter(~theirs).drop(changing).equals(ours.filter(~theirs).drop(changing))
    assert found.filter(untouched).equals(ours.filter(untouched))
    for name in changing:
        assert found[name].is_null().equals(found["co2e_kg"].is_null()), name
    numbered = found.filter(pl.col("co2e_kg").is_not_null())
    labels = numbered.unique("provenance")
    assert labels["provenance"].to_list() == [said(each) for each in labels.to_dicts()]
    assert labels.height == numbered.unique(PROVENANCE).height
