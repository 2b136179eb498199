"""Event frames to bodies of the ml-engine's contract, and its answers to checked rows."""

import time
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.kit.http import BadAnswer
from carbon_nexus.predictions.client import contract_fields, read_answer, request_body
from carbon_nexus.predictions.features import FEATURES
from tests.contract.recordings import recordings
from tests.unit.predictions.activity import LEG, PREDICTION, ROUND, SHIFT, STORE, frame


def fields(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the contract makes of one event."""
    numbered = frame(event | more).with_row_index("row_index")
    return contract_fields(event["event_type"], numbered).row(0, named=True)


def sent(*events: dict[str, Any]) -> list[dict[str, Any]]:
    """The items that go out for events of one type."""
    numbered = frame(*events).with_row_index("row_index")
    body = request_body(contract_fields(events[0]["event_type"], numbered).drop("row_index", "misfit"))
    predictions: list[dict[str, Any]] = orjson.loads(body)["predictions"]
    return predictions


def batch(count: int, **changed: Any) -> bytes:
    """An answer as the original gives it, with the last prediction changed."""
    results: list[dict[str, Any]] = [{"input": {}, "prediction": dict(PREDICTION)} for _ in range(count)]
    results[-1]["prediction"] |= changed
    return orjson.dumps({"results": results, "count": count})


def test_an_event_goes_out_under_the_names_of_the_contract() -> None:
    (leg,) = sent(LEG | {"speed": 50.0, "stop_events": 3, "supplier_id": "secret", "route_id": "R-1"})
    assert leg == {
        "distance_km": 120, "load_kg": 450, "vehicle_type": "truck", "fuel_type": "diesel",
        "avg_speed": 50, "stop_events": 3,
    }  # fmt: skip
    assert sent(ROUND) == [{"route_length": 40, "vehicle_type": "van", "delivery_count": 10}]


def test_what_is_missing_is_left_out_of_its_item_alone() -> None:
    first, second = sent(SHIFT | {"cooling_load": None}, SHIFT | {"cooling_load": 300.0})
    assert "cooling_load" not in first
    assert second["cooling_load"] == 300


def test_text_of_any_kind_survives() -> None:
    name = 'LKW "groß", 7,5t\n\\ \t\x7f 🚚 }]'
    (leg,) = sent(LEG | {"vehicle_type": name})
    assert leg["vehicle_type"] == name


def test_numbers_keep_every_digit() -> None:
    given_km = [0.1 + 0.2, 1e-7, 49_999.999_999_999_99]
    assert [leg["distance_km"] for leg in sent(*(LEG | {"distance_km": km} for km in given_km))] == given_km


@pytest.mark.parametrize(
    ("event", "changed", "named"),
    [
        (LEG, {"load_kg": None}, "needs load_kg"),
        (LEG, {"distance_km": 0.0}, "distance_km only above 0"),
        (LEG, {"distance_km": float("nan")}, "distance_km only up to 50000"),
        (LEG, {"speed": 900.0}, "speed only up to 200"),
        (LEG, {"stop_events": -1}, "stop_events only from 0"),
        (ROUND, {"distance_km": None}, "needs distance_km"),
        (ROUND, {"traffic_score": 0.5}, "traffic_score only from 1"),
        (SHIFT, {"energy_kwh": 0.0}, "energy_kwh only above 0"),
        (STORE, {"temperature": None}, "needs temperature"),
    ],
)
def test_what_the_contract_cannot_carry_is_named(event: dict[str, Any], changed: dict[str, Any], named: str) -> None:
    assert fields(event)["misfit"] is None
    assert named in fields(event, **changed)["misfit"]


@pytest.mark.parametrize("event", [LEG, SHIFT, ROUND, STORE])
def test_what_goes_out_is_what_the_request_models_take(event: dict[str, Any]) -> None:
    (item,) = sent(event)
    FEATURES[event["event_type"]].model_validate(item)


@pytest.mark.parametrize("kind", ["logistics", "factory", "warehouse", "delivery"])
def test_the_original_s_answers_are_read(kind: str) -> None:
    (recorded,) = [each.answer for each in recordings() if each.name == f"ml.batch_{kind}"]
    told = read_answer(orjson.dumps(recorded), 2)
    first = recorded["results"][0]["prediction"]
    assert told["state"].to_list() == ["answered"] * 2
    assert told["co2e_kg"][0] == first["co2_kg"]
    assert (told["model_version"][0], told["confidence"][0]) == ("v1", first["confidence"])
    assert told["low_kg"].to_list() == [None, None]


def test_items_without_a_number_are_refused_with_the_engine_s_words() -> None:
    results = [
        {"input": {}, "prediction": PREDICTION, "error": None},
        {"input": {}, "prediction": None, "error": "vehicle_type 'x' is not known"},
        {"input": {}, "prediction": {"co2_kg": None, "model_version": "v1", "reason": "energy_kwh is\x00 missing"}},
        {"input": {}, "prediction": {"co2_kg": None, "model_version": "v1"}},
    ]
    told = read_answer(orjson.dumps({"results": results, "count": 4}), 4)
    assert told.select("state", "reason").rows() == [
        ("answered", None),
        ("refused", "vehicle_type 'x' is not known"),
        ("refused", "energy_kwh is? missing"),
        ("refused", "no number and no reason"),
    ]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"<html>502</html>", "not JSON"),
        (b"", "not JSON"),
        (batch(2).replace(b"30.58", b"NaN"), "not JSON"),
        (batch(2).replace(b"30.58", b"1e999"), "not JSON"),
        (b"[" * 5000, "not JSON"),
        (b"[]", "list of objects"),
        (b'{"results": {}}', "list of objects"),
        (b'{"results": [1, 2]}', "list of objects"),
        (b'{"results": [{}, {"prediction": [1]}]}', "not an object"),
        (b'{"results": [{}, {}]}', "neither a number nor a reason"),
        (batch(1), "1 results for 2 events"),
        (batch(3), "3 results for 2 events"),
        (batch(2, co2_kg="30.58"), "co2_kg is not a number"),
        (batch(2, co2_kg=True), "co2_kg is not a number"),
        (batch(2, co2_kg=[1]), "co2_kg is not a number"),
        (batch(2, co2_kg=-1), "co2e_kg is negative"),
        (batch(2, co2_kg=1e11), "above 1e+10"),
        (batch(2, model_version=None), "no model_version"),
        (batch(2, model_version=7), "model_version is not a text"),
        (batch(2, model_version="v\x00"), "model_version"),
        (batch(2, confidence=85), "confidence"),
        (batch(2, low_kg=40), "low_kg"),
        (batch(2).replace(b'"input":{}', b'"error":"broken"'), "a number and an error"),
    ],
)
def test_what_is_no_answer_to_the_call_is_refused(content: bytes, named: str) -> None:
    with pytest.raises(BadAnswer, match=named.replace("+", r"\+")):
        read_answer(content, 2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["results", "count", "prediction", "error", "co2_kg", "model_version", "tier", "reason"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(results=st.lists(st.fixed_dictionaries({"prediction": JSON, "error": JSON}), min_size=1, max_size=3))
def test_whatever_comes_back_is_a_full_answer_or_a_bad_one(results: list[Any]) -> None:
    try:
        told = read_answer(orjson.dumps({"results": results}), len(results))
    except BadAnswer:
        return
    assert told.height == len(results)
    answered = told.filter(pl.col("state") == "answered")
    assert answered["co2e_kg"].is_between(0, 1e10).all()
    assert answered["model_version"].is_not_null().all()
    assert told.filter(pl.col("state") == "refused")["reason"].is_not_null().all()


def test_ten_thousand_events_take_well_under_a_third_of_a_second() -> None:
    events = pl.DataFrame([LEG | {"speed": 50.0}]).select(pl.all().repeat_by(10_000).explode())
    content = batch(10_000)
    started = time.perf_counter()
    request_body(contract_fields("logistics", events.with_row_index("row_index")).drop("row_index", "misfit"))
    read_answer(content, 10_000)
    assert time.perf_counter() - started < 0.3
