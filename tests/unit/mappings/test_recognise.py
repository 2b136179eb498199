"""From names and samples to a mapping, or to everything that is missing for one."""

from collections.abc import Mapping as Named
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.activities.mapping import Dates, Mapping
from carbon_nexus.activities.model import FIELD_OF, MOST_COLUMNS
from carbon_nexus.errors import InvalidInput
from carbon_nexus.mappings.model import Noun, Recognised, Told
from carbon_nexus.mappings.recognise import recognise

ROW = {"event_type": "logistics", "supplier_id": "S1", "timestamp": "2026-03-18T10:00:00Z"}
WEIGHT = {**ROW, "Gewicht": "1200"}


def of(row: Named[str, str | None], noun: Noun = "column", **told: Any) -> Recognised:
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    return recognise(list(row), frame, Told(**told), noun)


def kinds(found: Recognised) -> list[tuple[str, str]]:
    return [(each["type"], each["loc"][-1]) for each in found.problems]


def test_a_german_export_becomes_a_complete_mapping() -> None:
    rows = {
        "Lieferant": ["S1", "S1"], "Datum": ["18.03.2026 10:00", "19.03.2026 11:00"], "Strecke [mi]": ["1.234,5", "7"],
        "Gewicht": ["12,5", "n/a"], "Verbrauch (l)": ["30", "31"], "Kennzeichen": ["B-XY 1", "B-XY 2"],
    }  # fmt: skip
    told = Told(constants={"event_type": "logistics"}, zone="Europe/Berlin")
    found = recognise(list(rows), pl.DataFrame(rows), told)
    assert found.required() == Mapping(
        columns={
            "supplier_id": "Lieferant", "timestamp": "Datum", "distance_km": "Strecke [mi]", "load_kg": "Gewicht",
            "fuel_litres": "Verbrauch (l)",
        },
        units={"distance_km": "mi"},
        constants={"event_type": "logistics"},
        decimal=",",
        dates=Dates.DMY,
        zone="Europe/Berlin",
    )  # fmt: skip
    assert found.notes == (
        "'Gewicht' names no unit; its numbers are taken as kg",
        "numbers have a decimal comma, as in '1.234,5'",
        "dates begin with the day, as in '18.03.2026 10:00'",
    )
    weight, plate = found.columns[3], found.columns[5]
    assert (weight.field, weight.by, weight.unit, weight.samples, weight.filled_pct) == (
        "load_kg", "synonym", "kg", ("12,5",), 50.0,
    )  # fmt: skip
    assert (plate.field, plate.by, plate.unit, plate.samples) == (None, None, None, ("B-XY 1", "B-XY 2"))


def test_the_canonical_name_wins_over_its_synonyms() -> None:
    found = of({**ROW, "date": "x", "Distance (mi)": "1", "distance_km": "2"})
    columns = found.required().columns
    assert (columns["timestamp"], columns["distance_km"]) == ("timestamp", "distance_km")
    assert "distance_km is read from 'distance_km'; 'Distance (mi)' stays as it came" in found.notes


def test_the_first_of_plain_synonyms_wins_with_a_note() -> None:
    row = {"event_type": "factory", "Carrier": "C", "Supplier": "S", "datetime": "2026-03-18", "date": "2026-03-18"}
    found = of(row)
    assert found.required().columns == {"event_type": "event_type", "supplier_id": "Supplier", "timestamp": "datetime"}
    assert "supplier_id is read from 'Supplier'; 'Carrier' stays as it came" in found.notes


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (("Distance (mi)", "Distance (km)"), ("two_columns", "Distance (mi)")),
        (("Gewicht", "Gewicht [t]"), ("two_columns", "Gewicht")),
        (("Poids", "POIDS"), ("repeated_column", "poids")),
        (("Event Type",), ("repeated_column", "event_type")),
        (("Weight (tons)",), ("unit", "Weight (tons)")),
        (("a\x00b",), ("unusable_column", "a\\0b")),
        (("\ud800",), ("unusable_column", "\\ud800")),
    ],
)
def test_names_that_stand_in_the_way(more: tuple[str, ...], kind: tuple[str, str]) -> None:
    names = [*ROW, *more]
    assert kinds(recognise(names, pl.DataFrame([ROW]), Told())) == [kind]


def test_the_same_name_twice_and_too_many_names() -> None:
    assert kinds(recognise([*ROW, "note", "note"], pl.DataFrame([ROW]), Told())) == [("repeated_column", "note")]
    many = [f"c{number}" for number in range(MOST_COLUMNS + 1)]
    assert kinds(recognise(many, pl.DataFrame(), Told())) == [("too_many_columns", "file")]


def test_two_columns_are_settled_by_telling_one() -> None:
    found = of({**ROW, "Distance (mi)": "1", "Distance (km)": "2"}, columns={"distance_km": "Distance (mi)"})
    assert found.required().units == {"distance_km": "mi"}
    assert [each.field for each in found.columns[3:]] == ["distance_km", None]
    assert found.columns[3].by == "told"


def test_an_empty_column_told_takes_the_field_out() -> None:
    assert "load_kg" not in of(WEIGHT, columns={"load_kg": ""}).required().columns


def test_everything_that_is_missing_is_told_at_once() -> None:
    found = of({"foo": "1", "event_typ": "x"})
    assert kinds(found) == [("missing_column", name) for name in ROW]
    assert found.problems[0]["msg"].startswith("Column 'event_type' is missing. Did you mean event_typ? Give a column")
    assert found.problems[0]["msg"].endswith("found: foo, event_typ.")
    with pytest.raises(InvalidInput) as refused:
        found.required()
    assert len(refused.value.problems) == 3
    assert of({"foo": "1"}, "field").problems[0]["loc"] == ["body", "event_type"]


def test_our_own_columns_of_a_file_sent_again_are_never_a_field() -> None:
    found = of({**ROW, "rejected_line": "2", "Reason": "bad", "x": "1"}, columns={"route_id": "reason"})
    assert kinds(found) == [("missing_column", "route_id")]
    assert [each.field for each in found.columns[3:]] == [None, None, None]


@pytest.mark.parametrize(
    ("told", "problem", "words"),
    [
        ({"columns": {"load_kg": "Gewich"}}, ("missing_column", "load_kg"), "Did you mean Gewicht?"),
        ({"columns": {"lod_kg": "Gewicht"}}, ("unknown_field", "lod_kg"), "Did you mean load_kg?"),
        ({"columns": {"load_kg": "Gewicht", "speed": "Gewicht"}}, ("told_twice", "speed"), "for load_kg and speed"),
        ({"units": {"load_kg": "tns"}}, ("unit", "load_kg"), "is not a known unit"),
        ({"units": {"load_kg": "km"}}, ("unit", "load_kg"), "is a length, load_kg takes a mass"),
        ({"units": {"stop_events": "stops"}}, ("unit", "stop_events"), "no column was found for it"),
        ({"constants": {"load_kg": "5"}, "units": {"load_kg": "t"}}, ("unit", "load_kg"), "has no column"),
        ({"constants": {"event_type": "logistics"}}, ("constant", "event_type"), "a constant is told for it too"),
        ({"constants": {"speed": "5"}, "columns": {"speed": "Gewicht"}}, ("constant", "speed"), "column 'Gewicht'"),
        ({"constants": {"furnace_unit": "lorry"}}, ("constant", "furnace_unit"), "must be one of h, kwh"),
        ({"constants": {"route_id": " "}}, ("constant", "route_id"), "is no value"),
        ({"constants": {"nothing": "5"}}, ("unknown_field", "nothing"), "is not a field of an event"),
        ({"zone": "Europe/Berln"}, ("zone", "zone"), "Did you mean Europe/Berlin?"),
        ({"zone": "+01:00"}, ("zone", "zone"), "is not a time zone"),
    ],
)  # fmt: skip
def test_what_is_told_and_cannot_be_meant(told: dict[str, Any], problem: tuple[str, str], words: str) -> None:
    found = of(WEIGHT, **told)
    assert kinds(found) == [problem]
    assert words in found.problems[0]["msg"]
    assert found.problems[0]["rule"]
    assert found.problems[0]["remedy"]


def test_a_constant_counts_before_a_synonym() -> None:
    found = of(WEIGHT, constants={"load_kg": "5"})
    assert found.required().constants == {"load_kg": "5"}
    assert "load_kg is the constant told; 'Gewicht' stays as it came" in found.notes


def test_a_told_column_has_the_unit_in_its_name_unless_one_is_told() -> None:
    row = {**ROW, "Wgt_lbs": "5"}
    found = of(row, columns={"load_kg": "Wgt_lbs"})
    assert found.required().units == {"load_kg": "lb"}
    assert found.notes == ("the numbers of 'Wgt_lbs' are taken as lb, as its name says",)
    assert of(row, columns={"load_kg": "wgt lbs"}, units={"load_kg": "t"}).required().units == {"load_kg": "t"}


def test_a_unit_is_kept_by_its_own_spelling_and_said_where_it_could_be_another() -> None:
    found = of({**ROW, "fuel (gal)": "5", "energy_mwh": "1"})
    assert found.required().units == {"fuel_litres": "us_gallon", "energy_kwh": "MWh"}
    assert any("US gallon of 3.785 litres" in note for note in found.notes)


def test_what_the_caller_tells_comes_before_the_preset() -> None:
    preset = Told(
        columns={"load_kg": "Gewicht", "speed": "v", "route_id": "R"},
        units={"load_kg": "t", "speed": "mph"},
        constants={"source": "erp", "event_type": "factory"},
        decimal=",",
        zone="Europe/Paris",
    )
    told = Told(columns={"load_kg": "Masse", "event_type": "Art"}, constants={"route_id": "7"}, decimal=".")
    both = told.over(preset)
    assert both.columns == {"load_kg": "Masse", "event_type": "Art", "speed": "v"}
    assert both.units == {"speed": "mph"}
    assert both.constants == {"source": "erp", "route_id": "7"}
    assert (both.decimal, both.dates, both.zone) == (".", None, "Europe/Paris")
    assert told.over(None) == told
    assert Told.from_json(both.to_json()).columns == both.columns


def test_a_preset_is_shown_as_such_and_missed_in_a_file_but_not_in_an_event() -> None:
    preset = Told(columns={"load_kg": "Gewicht"}, units={"load_kg": "t", "speed": "mph"})
    told = Told().over(preset)
    found = recognise(list(WEIGHT), pl.DataFrame([WEIGHT]), told)
    assert (found.columns[3].by, found.required().units) == ("preset", {"load_kg": "t"})
    without = recognise(list(ROW), pl.DataFrame([ROW]), told)
    assert kinds(without) == [("missing_column", "load_kg")]
    assert recognise(list(ROW), pl.DataFrame([ROW]), told, "field").required().units == {}


def test_one_decimal_sign_and_one_order_for_all_columns() -> None:
    row = {**ROW, "timestamp": "02/03/2026", "distance_km": "1,234", "load_kg": "12.5", "note": "9,5"}
    assert kinds(of(row)) == [("ambiguous_date", "dates")]
    assert of(row, dates=Dates.MDY).required().decimal == "."
    assert of({**row, "speed": "9,5"}, dates=Dates.MDY, decimal=",").required().decimal == ","
    assert kinds(of({**row, "speed": "9,5"}, dates=Dates.MDY)) == [("ambiguous_number", "decimal")]


@pytest.mark.parametrize("name", ["^.*$", "a\x00"])
def test_names_that_no_frame_or_database_can_hold_are_refused(name: str) -> None:
    (problem,) = of({**ROW, name: "5"}).problems
    assert (problem["type"], problem["rule"]) == ("unusable_column", "cannot be used as a name")


def test_samples_are_the_first_different_values_of_the_whole_sample() -> None:
    values = ["a"] * 500 + ["b", " ", "n/a", "a", "c" * 99]
    frame = pl.DataFrame({"x": values})
    (fact,) = recognise(["x"], frame, Told()).columns
    assert fact.samples == ("a", "b", "c" * 60 + "…")
    assert fact.filled_pct == pytest.approx(100 * 503 / 505, abs=0.01)


NAMES = st.lists(
    st.one_of(st.text(max_size=20), st.sampled_from(["Distance (mi)", "Datum", "Gewicht [t]", "fuel", *FIELD_OF])),
    max_size=12,
)
BY_FIELD = st.dictionaries(st.one_of(st.sampled_from(sorted(FIELD_OF)), st.text(max_size=5)), st.text(max_size=12))
TOLD = st.builds(
    Told,
    columns=BY_FIELD, units=BY_FIELD, constants=BY_FIELD,
    decimal=st.sampled_from([None, ".", ","]), dates=st.sampled_from([None, *Dates]),
    zone=st.one_of(st.none(), st.text(max_size=9), st.just("Europe/Rome")),
)  # fmt: skip
CELL = st.one_of(st.none(), st.text(max_size=9), st.from_regex(r"[0-9]{0,4}[.,/ -][0-9]{0,4}[.,/ -][0-9]{0,4}"))


@given(NAMES, TOLD, TOLD, st.sampled_from(["column", "field"]), st.data())
def test_nothing_told_or_sent_raises(
    names: list[str], told: Told, preset: Told, noun: Noun, data: st.DataObject
) -> None:
    usable = [name for name in dict.fromkeys(names) if name.isprintable()]
    cells = {name: data.draw(st.lists(CELL, min_size=3, max_size=3)) for name in usable}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(usable, pl.String))
    found = recognise(names, frame, told.over(preset), noun)
    assert (found.mapping is None) is bool(found.problems)
    assert [each.name for each in found.columns] == names
    if found.mapping:
        kept = found.required()
        assert {"event_type", "supplier_id", "timestamp"} <= {*kept.columns, *kept.constants}
        assert set(kept.columns.values()) <= set(names)
        assert Mapping.from_json(kept.to_json()) == kept
