import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbon_nexus.activities.model import EVENT_SCHEMA, FIELDS, LONGEST_TEXT, MOST_ENTRIES, Kind
from carbon_nexus.activities.parse import read_csv, rows_of_event
from carbon_nexus.activities.validate import validate
from carbon_nexus.errors import InvalidInput
from tests.unit.activities.rows import GOOD, HEAD, NOW, broken_rule, check, check_value


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
        "external_id": "e-1",
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
    assert (checked.accepted.height, checked.rejected.count, checked.rows_read) == (0, 1, 1)
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


def test_a_refused_word_of_a_closed_list_is_told_with_the_words() -> None:
    (reject,) = check_value("furnace_unit", "MWh").rejected.first
    assert reject.problems[0].sentence() == (
        "furnace_unit 'MWh' must be one of h, kwh, m3, litre, kg. Correct the furnace unit."
    )


@pytest.mark.parametrize("missing", ["", " ", "null", "None", "n/a", "N/A"])
def test_missing_words_are_null(missing: str) -> None:
    assert check_value("distance_km", missing).accepted["distance_km"].to_list() == [None]


def test_one_entry_tells_all_problems_of_a_row() -> None:
    checked = check(f"{HEAD},distance_km,load_kg\n{GOOD},1,2\nflight,S1,soon,-5,heavy\n")
    (reject,) = checked.rejected.first
    assert (checked.accepted.height, reject.line) == (1, 3)
    assert [(problem.field, problem.value) for problem in reject.problems] == [
        ("event_type", "flight"), ("timestamp", "soon"), ("distance_km", "-5"), ("load_kg", "heavy"),
    ]  # fmt: skip
    assert all(problem.rule and problem.remedy for problem in reject.problems)
    assert "line 3: event_type 'flight' must be one of" in reject.entry()["msg"]


def test_entries_are_capped_and_say_how_many_more() -> None:
    checked = check(f"{HEAD}\n{GOOD}\n" + "flight,S1,2026-03-01\n" * (MOST_ENTRIES + 5))
    entries = checked.rejected.entries()
    assert (checked.rejected.count, len(entries)) == (MOST_ENTRIES + 5, MOST_ENTRIES + 1)
    assert entries[-1]["msg"].startswith("5 more rows were rejected")


def test_rows_without_any_value_are_not_rows() -> None:
    checked = check(f"{HEAD}\n{GOOD}\n,,\n , ,\n")
    assert (checked.rows_read, checked.rejected.count) == (1, 0)


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
        (HEAD, "factory,S1,2026-03-01T08:00:00+01:00"),
    ],
)
def test_what_an_event_cannot_tell_is_kept_as_received(header: str, row: str) -> None:
    (payload,) = check(f"{header}\n{row}\n").accepted["payload"]
    assert json.loads(payload) == dict(zip(header.split(","), row.split(","), strict=True))


@pytest.mark.parametrize("number", [12.5, "12.5", "1.25e1"])
def test_an_event_may_bring_numbers_or_text(number: float | str) -> None:
    event = {"event_type": "logistics", "supplier_id": 7, "timestamp": "2026-03-01T08:00:00Z", "distance_km": number}
    accepted = validate(rows_of_event(event), NOW, "api").accepted
    assert accepted.select("supplier_id", "distance_km", "source").row(0) == ("7", 12.5, "api")


@pytest.mark.parametrize("value", [{"km": 1}, [1], "\ud800"])
def test_an_event_refuses_nested_values_and_broken_text(value: Any) -> None:
    with pytest.raises(InvalidInput, match="distance_km"):
        rows_of_event({"event_type": "x", "supplier_id": "S", "timestamp": "t", "distance_km": value})


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["logistics", "factory", "2026-03-01T08:00:00Z", "2026-03-01", "1.5", "-3", "NaN", "", '"', '""']),
    st.floats().map(str),
    st.datetimes().map(str),
)
COLUMNS = st.lists(
    st.sampled_from([field.name for field in FIELDS]) | st.text(max_size=6), max_size=8
).map(lambda more: [*HEAD.split(","), *more])  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> str:
    header = draw(COLUMNS)
    width = len(header)
    rows = draw(st.lists(st.lists(CELLS, min_size=max(1, width - 1), max_size=width + 1), max_size=6))
    delimiter = draw(st.sampled_from(",;\t"))
    return "\n".join(delimiter.join(row) for row in [header, *rows])


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(files() | st.text(max_size=200).map(lambda text: f"{HEAD}\n{text}"))
@example(f"{HEAD}\n")
@example(f'{HEAD}\nfactory,5" pipe,2026-01-01\nfactory,6" pipe,2026-01-01\n')
def test_any_text_is_accepted_rejected_or_refused(content: str) -> None:
    try:
        rows = read_csv(content.encode())
    except InvalidInput as refused:
        json.dumps(refused.body())
        return
    checked = validate(rows, NOW, "csv")
    assert checked.accepted.height + checked.rejected.count == checked.rows_read
    assert checked.accepted["external_id"].null_count() == 0
    assert "\x00" not in "".join(str(entry) for entry in checked.rejected.entries())


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        validate(read_csv(HEAD.encode() + b"\n" + content), NOW, "csv")
    except InvalidInput:
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from([field.name for field in FIELDS]) | st.text(st.characters(), max_size=8)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.dictionaries(NAMES, JSON, max_size=8), st.booleans())
def test_any_json_object_is_accepted_rejected_or_refused(event: dict[str, Any], required: bool) -> None:
    if required:
        event = {"event_type": "factory", "supplier_id": "S1", "timestamp": "2026-03-01"} | event
    try:
        checked = validate(rows_of_event(event), NOW, "api")
    except InvalidInput as refused:
        json.dumps(refused.body(), allow_nan=False).encode()
        return
    assert checked.accepted.height + checked.rejected.count == checked.rows_read


def test_parts_of_a_long_file_are_one_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carbon_nexus.activities.validate.ROWS_AT_A_TIME", 3)
    good = "".join(f"factory,S{number},2026-03-01\n" for number in range(5))
    checked = check(f"{HEAD}\nflight,S,2026-03-01\n{good}a,b\n,,\nfactory,,2026-03-01\n")
    assert checked.accepted["supplier_id"].to_list() == ["S0", "S1", "S2", "S3", "S4"]
    assert [reject.line for reject in checked.rejected.first] == [2, 8, 10]
    assert checked.rows_read == 8
