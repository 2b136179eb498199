import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_nexus.activities.mapping import Dates, Mapping
from carbon_nexus.activities.model import EVENT_SCHEMA, FIELDS, LONGEST_TEXT, REJECT_SCHEMA, Kind
from carbon_nexus.activities.rules import row_entry, sentence
from carbon_nexus.activities.validate import validate
from tests.unit.activities.rows import GOOD, HEAD, NOW, broken_rule, check, check_value, problems_of


def test_a_full_row_becomes_a_typed_event() -> None:
    checked = check(
        "event_type,supplier_id,timestamp,vehicle_type,distance_km,stop_events,simulated,source,id\n"
        " Logistics , S1 ,2026-03-01T09:30:00+01:00,Truck_Diesel,12.50,3,yes,tms,e-1\n"
    )
    event = checked.accepted.row(0, named=True)
    assert checked.accepted.drop("payload").schema == EVENT_SCHEMA
    assert {name: value for name, value in event.items() if value is not None and name != "payload"} == {
        "event_type": "logistics", "supplier_id": "S1", "timestamp": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        "vehicle_type": "truck_diesel", "distance_km": 12.5, "stop_events": 3, "simulated": True, "source": "tms",
        "external_id": "e-1", "source_zone": "+01:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00"),
        ("2026-03-01 08:00:00", "2026-03-01T08:00:00"),
        ("2026-03-01 08:00", "2026-03-01T08:00:00"),
        ("2026-03-01", "2026-03-01T00:00:00"),
        ("2026-03-01T08:00:00.123456Z", "2026-03-01T08:00:00.123456"),
        ("2026-03-01T08:00:00+05:30", "2026-03-01T02:30:00"),
        ("2026-03-01T08:00:00-0800", "2026-03-01T16:00:00"),
        ("2026-03-01 08:00:00,5 +01", "2026-03-01T07:00:00.500000"),
        ("1990-01-01T00:00:00Z", "1990-01-01T00:00:00"),
        ("2026-03-19T12:00:00Z", "2026-03-19T12:00:00"),
    ],
)
def test_moments_are_read_as_utc(text: str, moment: str) -> None:
    (read,) = check_value("timestamp", text).accepted["timestamp"]
    assert read == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_moments_of_different_shapes_stand_in_one_column() -> None:
    shapes = ["2026-03-01T08:00:00Z", "2026-03-01", "2026-03-01T08:00:00+02:00", "2026-03-01 08:00"]
    checked = check(f"{HEAD}\n" + "".join(f"factory,S1,{shape}\n" for shape in shapes))
    assert [at.hour for at in checked.accepted["timestamp"]] == [8, 0, 6, 8]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("event_type", "flight", "must be one of logistics, delivery, factory, warehouse"),
        ("event_type", "", "is missing"),
        ("supplier_id", "  ", "is missing"),
        ("supplier_id", "n/a", "is missing"),
        ("supplier_id", "x" * (LONGEST_TEXT + 1), "must have at most 200 characters"),
        ("route_id", "a\x00b", "holds a NUL character"),
        ("notes", "a\x00b", "holds a NUL character"),
        ("timestamp", "yesterday", "is not an ISO 8601 date or time"),
        ("timestamp", "2026-02-30T00:00:00Z", "is not an ISO 8601 date or time"),
        ("timestamp", "2026-03-01T08:00:00+25:00", "is not an ISO 8601 date or time"),
        ("timestamp", "1700000000", "is not an ISO 8601 date or time"),
        ("timestamp", "1989-12-31T23:59:59Z", "must not lie before 1990"),
        ("timestamp", "2026-03-19T12:00:01Z", "must not lie more than 1 day in the future"),
        ("distance_km", "far", "is not a number"),
        ("distance_km", "1,5", "is not a number"),
        ("distance_km", "NaN", "must be a finite number"),
        ("distance_km", "-inf", "must be a finite number"),
        ("distance_km", "1e999", "must be a finite number"),
        ("distance_km", "-1", "must be at least 0 km"),
        ("distance_km", "50000.1", "must be at most 50,000 km"),
        ("load_kg", "1e7", "must be at most 1,000,000 kg"),
        ("temperature", "-61", "must be at least -60 degC"),
        ("stop_events", "2.5", "must be a whole number"),
        ("stop_events", "99999999999", "must be at most 100,000 stops"),
        ("simulated", "maybe", "must be true or false"),
        ("idle_hours", "169", "must be at most 168 hours"),
        ("gas_kwh", "-1", "must be at least 0 kWh"),
        ("furnace_unit", "mwh", "must be one of h, kwh, m3, litre, kg"),
        ("furnace_unit", "kw", "must be one of h, kwh, m3, litre, kg"),
        ("furnace_unit", "x" * (LONGEST_TEXT + 1), "must have at most 200 characters"),
        ("period_hours", "0", "must be at least 0.0002 hours"),
        ("period_hours", "8785", "must be at most 8,784 hours"),
    ],
)
def test_a_refused_value_names_its_rule(field: str, value: str, rule: str) -> None:
    checked = check_value(field, value)
    assert (checked.accepted.height, checked.rejected.height, checked.rows) == (0, 1, 1)
    assert broken_rule(checked) == rule


@pytest.mark.parametrize("field", [each for each in FIELDS if each.kind in (Kind.NUMBER, Kind.COUNT)])
def test_bounds_are_inclusive(field: Any) -> None:
    for bound in (field.low, field.high):
        assert check_value(field.name, str(bound)).accepted[field.name].to_list() == [bound]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("h", "h"), (" Hours ", "h"), ("hr", "h"), ("kWh", "kwh"), ("KWH", "kwh"), ("m3", "m3"), ("M³", "m3"),
        ("m^3", "m3"), ("Cubic metres", "m3"), ("l", "litre"), ("Litres", "litre"), ("liter", "litre"), ("kg", "kg"),
        ("kilograms", "kg"),
    ],
)  # fmt: skip
def test_furnace_units_are_read_in_their_usual_spellings(text: str, unit: str) -> None:
    assert check_value("furnace_unit", text).accepted["furnace_unit"].to_list() == [unit]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("furnace_unit", "MWh", "must be one of h, kwh, m3, litre, kg. Did you mean 'kwh'?"),
        ("furnace_unit", "volts", "must be one of h, kwh, m3, litre, kg. Correct the furnace unit."),
        ("event_type", "logistic", "must be one of logistics, delivery, factory, warehouse. Did you mean 'logistics'?"),
        ("vehicle_type", "Artic 44 t", "is none of the 86 known names. Did you mean 'artic_44t'?"),
        ("vehicle_type", "lorri", "is none of the 86 known names. Did you mean 'lorry'?"),
        ("vehicle_type", "Q7", "is none of the 86 known names. Correct the vehicle type; the guide lists them all."),
        ("fuel_type", "Diesl", "is none of the 22 known names. Did you mean 'diesel'?"),
    ],
)
def test_a_refused_word_of_a_closed_list_is_told_with_the_nearest(field: str, value: str, told: str) -> None:
    (problem,) = problems_of(check_value(field, value))
    assert sentence(problem) == f"{field} '{value}' {told}"


@pytest.mark.parametrize("written", ["Artic 44t", "ARTIC-44T", "artic_44t", "  artic  44t "])
def test_the_parts_of_a_vehicle_s_name_may_be_joined_in_any_way(written: str) -> None:
    (kept,) = check_value("vehicle_type", written).accepted["vehicle_type"]
    assert kept == written.strip().lower()


@pytest.mark.parametrize("field", ["vehicle_type", "fuel_type"])
def test_an_unknown_vehicle_or_fuel_may_be_said_to_be_unknown(field: str) -> None:
    assert check_value(field, "Unknown").accepted[field].to_list() == [None]


@pytest.mark.parametrize("missing", ["", " ", "null", "None", "n/a", "N/A"])
def test_missing_words_are_null(missing: str) -> None:
    assert check_value("distance_km", missing).accepted["distance_km"].to_list() == [None]


def test_one_entry_tells_all_problems_of_a_row() -> None:
    checked = check(f"{HEAD},distance_km,load_kg\n{GOOD},1,2\nflight,S1,soon,-5,heavy\n")
    problems = problems_of(checked)
    assert (checked.accepted.height, checked.rejected["line"].to_list()) == (1, [3])
    assert [(problem["field"], problem["value"]) for problem in problems] == [
        ("event_type", "flight"), ("timestamp", "soon"), ("distance_km", "-5"), ("load_kg", "heavy"),
    ]  # fmt: skip
    assert all(problem["rule"] and problem["remedy"] for problem in problems)
    assert row_entry(3, problems)["msg"].startswith("line 3: event_type 'flight' must be one of")


def test_a_rejected_row_is_kept_as_received_with_its_supplier() -> None:
    checked = check(f"{HEAD},note\nflight, S1 ,2026-03-01,=1+1\n")
    (rejected,) = checked.rejected.iter_rows(named=True)
    assert checked.rejected.schema == REJECT_SCHEMA
    assert rejected["supplier_id"].strip() == "S1"
    assert json.loads(rejected["received"]) == {
        "event_type": "flight", "supplier_id": " S1 ", "timestamp": "2026-03-01", "note": "=1+1",
    }  # fmt: skip


def test_a_mended_file_of_rejected_rows_tells_the_same_events_as_a_good_one() -> None:
    good = check(f"{HEAD},note\n{GOOD},=a\n").accepted
    mended = check(f"{HEAD},note,rejected_line,reason\n{GOOD},'=a,7,It was too long.\n").accepted
    assert mended.equals(good)


def test_rows_without_any_value_are_not_rows() -> None:
    checked = check(f"{HEAD}\n{GOOD}\n,,\n , ,\n")
    assert (checked.rows, checked.rejected.height) == (1, 0)


def test_a_canonical_row_needs_no_copy_as_received() -> None:
    assert check(f"{HEAD},distance_km\n{GOOD},12.50\n").accepted["payload"].to_list() == [None]
    assert check(f"{HEAD},furnace_unit\n{GOOD},m3\n").accepted["payload"].to_list() == [None]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (f"{HEAD},driver", f"{GOOD},Ann"),
        (f"{HEAD},vehicle_type", f"{GOOD},Truck"),
        (f"{HEAD},furnace_unit", f"{GOOD},m³"),
        (f"{HEAD},distance_km", f"{GOOD},n/a"),
    ],
)
def test_what_an_event_cannot_tell_is_kept_as_received(header: str, row: str) -> None:
    (payload,) = check(f"{header}\n{row}\n").accepted["payload"]
    assert json.loads(payload) == dict(zip(header.split(","), row.split(","), strict=True))


def test_an_offset_is_told_by_the_event_itself() -> None:
    accepted = check(f"{HEAD}\nfactory,S1,2026-03-01T08:00:00+01:00\n").accepted
    assert accepted.select("source_zone", "payload").rows() == [("+01:00", None)]


def test_numbers_of_another_unit_are_converted_before_they_are_judged() -> None:
    reading = {"units": {"distance_km": "mi"}}
    assert check_value("distance_km", "100", **reading).accepted["distance_km"].to_list() == [pytest.approx(160.9344)]
    assert check_value("distance_km", "31000", **reading).accepted.height == 1
    (problem,) = problems_of(check_value("distance_km", "40000", **reading))
    assert sentence(problem) == ("distance_km '40000' must be at most 50,000 km. Check the value and its unit (mi).")


@pytest.mark.parametrize(("mapping_is_kept", "payloads"), [(True, 0), (False, 1)])
def test_a_converted_row_is_kept_as_received_where_no_job_keeps_the_mapping(
    mapping_is_kept: bool, payloads: int
) -> None:
    rows = pl.DataFrame([["factory", "S", "2026-03-01", "2"]], ["e", "s", "t", "mwh"], orient="row")
    columns = {"event_type": "e", "supplier_id": "s", "timestamp": "t", "energy_kwh": "mwh"}
    mapping = Mapping(columns, {"energy_kwh": "MWh"})
    checked = validate(rows, pl.Series([1]), mapping, NOW, "api", mapping_is_kept=mapping_is_kept)
    assert checked.accepted["energy_kwh"].to_list() == [2000.0]
    assert checked.accepted["payload"].count() == payloads


def test_a_constant_holds_for_every_row() -> None:
    rows = pl.DataFrame({"s": ["A", "B"], "t": ["2026-03-01", "2026-03-02"]})
    mapping = Mapping({"supplier_id": "s", "timestamp": "t"}, constants={"event_type": "factory"})
    accepted = validate(rows, pl.Series([2, 3]), mapping, NOW, "csv").accepted
    assert accepted["event_type"].to_list() == ["factory", "factory"]


def test_a_bad_constant_is_a_problem_of_every_row() -> None:
    rows = pl.DataFrame({"s": ["A", "B"], "t": ["2026-03-01", "2026-03-02"]})
    mapping = Mapping({"supplier_id": "s", "timestamp": "t"}, constants={"event_type": "flight"})
    rejected = validate(rows, pl.Series([2, 3]), mapping, NOW, "csv").rejected
    assert [(problem["field"], problem["value"]) for (problem,) in rejected["problems"]] == [
        ("event_type", "flight")
    ] * 2


@pytest.mark.parametrize("nested", ['{"km": 1}', "[[1]]", "[]", '["a"]'])
def test_nested_values_are_no_text(nested: str) -> None:
    (problem,) = problems_of(check_value("supplier_id", nested))
    assert problem["rule"] == "must be a single value"


def test_dates_are_read_in_the_order_that_is_named() -> None:
    named = check_value("timestamp", "03/04/2025 14:30", dates=Dates.MDY)
    assert named.accepted["timestamp"].to_list() == [datetime(2025, 3, 4, 14, 30, tzinfo=UTC)]
    assert broken_rule(check_value("timestamp", "03/04/2025")) == (
        "does not say which part is the day and which the month"
    )


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["logistics", "factory", "2026-03-01T08:00:00Z", "2026-03-01", "1.5", "-3", "NaN", "", '"', '""']),
    st.floats().map(str),
    st.datetimes().map(str),
)
NAMES = st.text(st.characters(exclude_characters="\x00^"), max_size=6)
COLUMNS = st.lists(
    st.sampled_from([field.name for field in FIELDS]) | NAMES, max_size=8
).map(lambda more: [*HEAD.split(","), *more])  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    header = list(dict.fromkeys(draw(COLUMNS)))
    rows = draw(st.lists(st.lists(CELLS | st.none(), min_size=len(header), max_size=len(header)), max_size=6))
    return pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String()), orient="row")


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(
    tables(),
    st.sampled_from([".", ","]),
    st.sampled_from(Dates),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
)
def test_any_table_is_accepted_or_rejected_row_by_row(
    rows: pl.DataFrame, decimal: Any, dates: Dates, zone: str
) -> None:
    columns = {name: name for name in rows.columns if name in {field.name for field in FIELDS}}
    lines = pl.int_range(2, rows.height + 2, eager=True)
    checked = validate(rows, lines, Mapping(columns, decimal=decimal, dates=dates, zone=zone), NOW, "csv")
    filled = [any(cell is not None and cell.strip() for cell in row) for row in rows.iter_rows()]
    assert checked.rows == sum(filled)
    assert checked.accepted.drop("payload").schema == EVENT_SCHEMA
    assert checked.accepted["external_id"].null_count() == 0
    for row in checked.rejected.iter_rows(named=True):
        assert row["problems"]
        assert "\\u0000" not in row["received"]
        json.dumps(row_entry(row["line"], row["problems"]), allow_nan=False).encode()
