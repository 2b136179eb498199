"""What a separate RAG service says is read with care: bounded, cleaned, and no number without its unit."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.hotspots.model import Severity
from carbon_nexus.recommendations.model import Cause, Status
from carbon_nexus.recommendations.rag_agree import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ACTIONS,
    Asked,
    NoAnswer,
    RagAction,
    RagAnswer,
    cleaned,
    measure_id_of,
    read_answer,
    returning,
    rows_of,
)
from carbon_nexus.recommendations.standing import Past

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
UNIT = "kg CO2e per 28 days"
ASKED = Asked(7, "Trunk", Severity.WARN, Cause.LOAD, "Half empty.", "waiting")
WHOLE = {
    "title": "Fit side skirts", "description": "On the trailers.", "co2_reduction": 12.5, "co2_reduction_unit": UNIT,
    "cost_impact": "+2%", "feasibility": 7, "confidence": 0.6,
}  # fmt: skip


def read(*actions: Any, **more: Any) -> RagAnswer:
    answer = read_answer(orjson.dumps({"actions": actions, **more}))
    assert isinstance(answer, RagAnswer)
    return answer


def one(**fields: Any) -> RagAction:
    (action,) = read(WHOLE | fields).actions
    return action


def test_a_whole_answer() -> None:
    answer = read(WHOLE, root_cause="Too much drag.")
    assert answer.root_cause == "Too much drag."
    assert answer.left_out == ()
    assert answer.actions == (
        RagAction(
            measure_id_of("Fit side skirts"), "Fit side skirts", "On the trailers.", 12.5, "+2%", 7, 0.6,
            {name: WHOLE[name] for name in WHOLE if name not in ("title", "description")}, {},
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "unit", "kg", "why"),
    [
        (57, None, None, "does not tell it in kg"),  # the original's: 30 % of one event's excess
        (57, "kg", None, "does not tell it in kg"),
        (57, "KG CO2e per 28 days ", 57.0, None),
        ("57 kg CO2e per 28 days", None, 57.0, None),
        ("15%", UNIT, None, "a percentage"),
        ("15 percent", None, None, "a percentage"),
        ("a lot", None, None, "does not tell it in kg"),
        (None, UNIT, None, "tells no saving"),
        (-1, UNIT, None, "not between 0"),
        (1e308, UNIT, None, "not between 0"),
        (True, UNIT, None, "not between 0"),
        ("nan kg CO2e per 28 days", None, None, "not between 0"),
        ({"kg": 1}, UNIT, None, "not between 0"),
    ],
)
def test_a_saving_is_a_number_only_in_its_unit(told: Any, unit: Any, kg: float | None, why: str | None) -> None:
    action = one(co2_reduction=told, co2_reduction_unit=unit)
    assert action.co2_reduction_kg == kg
    assert (why or "") in action.missing.get("co2_reduction", "")
    assert ("co2_reduction" in action.missing) is (why is not None)


@pytest.mark.parametrize(
    ("fields", "found", "missing"),
    [
        ({"feasibility": 7.6, "confidence": 1}, (8, 1.0), []),
        ({"feasibility": 11, "confidence": 1.01}, (None, None), ["confidence", "feasibility"]),
        ({"feasibility": "8", "confidence": False}, (None, None), ["confidence", "feasibility"]),
        ({"feasibility": -1, "confidence": None}, (None, None), ["confidence", "feasibility"]),
    ],
)
def test_marks_out_of_range_are_missing_with_a_reason(fields: Any, found: Any, missing: list[str]) -> None:
    action = one(**fields)
    assert (action.feasibility, action.confidence) == found
    assert sorted(action.missing) == missing


def test_numbers_that_json_has_not_are_missing_and_the_rest_stays() -> None:
    answer = read_answer(
        b'{"actions": [{"title": "T", "co2_reduction": NaN, "feasibility": Infinity, "confidence": 0.5}]}'
    )
    assert isinstance(answer, RagAnswer)
    (action,) = answer.actions
    assert (action.co2_reduction_kg, action.feasibility, action.confidence) == (None, None, 0.5)
    assert action.quoted == {"co2_reduction": "nan", "feasibility": "inf", "confidence": 0.5}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("<b>Fit</b> doors", "Fit doors"),
        ("<script>alert(1)</script>Fit <img src=x onerror=alert(1)", "Fit"),
        ("<scr<script>ipt>alert(1)</scr</script>ipt>Fit", "Fit"),
        ("<<b>b>Fit", "< b>Fit"),
        ("keep load < 80 % & heat > 5", "keep load < 80 % & heat > 5"),
        ("a\x00b\nc\u202ed\u200be", "a b cde"),
        (3, ""),
        (None, ""),
        ("x" * 5000, "x" * 199 + "…"),
    ],
)
def test_text_is_cleaned(told: Any, kept: str) -> None:
    assert cleaned(told, LONGEST_TITLE) == kept


@given(st.text())
def test_no_text_opens_a_tag_hides_a_character_or_is_too_long(text: str) -> None:
    kept = cleaned(f"<{text}<", 50)
    assert len(kept) <= 50
    assert not re.search("<[a-zA-Z/!?]", kept)
    assert kept.isprintable()


def test_one_bad_action_does_not_lose_the_others() -> None:
    answer = read(3, {"title": " <br> "}, WHOLE, {**WHOLE, "title": "FIT side skirts"}, {"title": "Train drivers"})
    assert [action.title for action in answer.actions] == ["Fit side skirts", "Train drivers"]
    assert answer.left_out == (
        "action 1: is not an object", "action 2: has no title", "action 4: has the title of another one",
    )  # fmt: skip


def test_more_actions_than_anybody_reads_are_cut() -> None:
    answer = read(*({"title": f"Measure {number}"} for number in range(999)))
    assert len(answer.actions) == MOST_ACTIONS
    assert answer.left_out == ("989 actions after the first 10",)
    assert all(len(action.description) <= LONGEST_TEXT for action in answer.actions)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"actions": [{"title": "\\ud800"}]}', "not JSON"),
        (b"[]", "actions is not a list"),
        (b'{"actions": {"title": "T"}}', "actions is not a list"),
        (b'{"actions": [{}]}', "no action can be used (action 1: has no title)"),
    ],
)
def test_nonsense_is_no_answer(content: bytes, reason: str) -> None:
    assert read_answer(content) == NoAnswer(reason)


def test_no_action_is_an_answer() -> None:
    assert read() == RagAnswer(None, ())


def test_what_is_quoted_can_be_stored_and_told_again() -> None:
    told = f'{{"title": "T", "co2_reduction": 1e308, "feasibility": {10**300}, "confidence": [1], "cost_impact": -5}}'
    answer = read_answer(f'{{"actions": [{told}]}}'.encode())
    assert isinstance(answer, RagAnswer)
    (action,) = answer.actions
    assert orjson.loads(orjson.dumps(action.quoted))["cost_impact"] == -5
    assert action.cost_impact == "-5"
    assert all(isinstance(action.quoted[name], str) for name in ("co2_reduction", "feasibility", "confidence"))


def test_rows_say_who_told_it_and_why_there_is_no_saving() -> None:
    told = read(WHOLE | {"co2_reduction_unit": None}, root_cause=None)
    (row,) = rows_of(ASKED, told, [(told.actions[0], None)], "http://rag", NOW)
    assert (row["hotspot_id"], row["supplier_id"], row["cause"], row["root_cause"]) == (
        7,
        "Trunk",
        "load",
        "Half empty.",
    )
    assert row["co2_reduction"] is None
    provenance = row["provenance"]
    assert (provenance["service"], provenance["answered_at"]) == ("http://rag", NOW.isoformat())
    assert provenance["quoted"]["co2_reduction"] == 12.5
    assert provenance["reason"] == f"the service does not tell it in {UNIT}"


@pytest.mark.parametrize(
    ("status", "cause", "kept", "words"),
    [
        (Status.REJECTED, Cause.LOAD, 0, "the case is the same"),
        (Status.REJECTED, Cause.SPEED, 1, "the cause is another: load instead of speed"),
        (Status.APPROVED, Cause.SPEED, 0, "is approved already"),
    ],
)
def test_what_was_rejected_here_comes_back_only_when_the_case_has_changed(
    status: Status, cause: Cause, kept: int, words: str
) -> None:
    told = read(WHOLE)
    key = told.actions[0].measure_id
    found, left_out = returning(ASKED, told, {key: Past(3, key, status, cause, Severity.WARN, None)}, {})
    assert len(found) == kept
    assert words in str([*(because for _, because in found), *left_out])


@pytest.mark.parametrize(("known_as", "kept"), [("M09", 0), (measure_id_of("Fit side skirts"), 1)])
def test_what_the_hotspot_has_under_another_id_is_left_out(known_as: str, kept: int) -> None:
    found, left_out = returning(ASKED, read({"title": "FIT side skirts"}), {}, {"fit side skirts": known_as})
    assert len(found) == kept
    assert left_out == ["FIT side skirts: is recommended for the hotspot as M09"] * (1 - kept)
