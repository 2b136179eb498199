"""Columns in and out of PostgreSQL are exact."""

import math
from datetime import UTC, datetime

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.columns import copy_in, read_frame, stage
from carbon_nexus.db.tables import events_normalized

SCHEMA = {
    "id": pl.Int64(),
    "word": pl.String(),
    "amount": pl.Float64(),
    "at": pl.Datetime("us", "UTC"),
    "flag": pl.Boolean(),
}
COLUMNS = 'id bigint, word text, amount float8, "at" timestamptz, flag boolean'
TABLE = f"CREATE TEMPORARY TABLE kept ({COLUMNS}) ON COMMIT DROP"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)
EARLY, LATE = datetime(1900, 1, 1), datetime(2200, 1, 1)
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS,
        st.none() | st.floats(allow_nan=False),
        st.none() | st.datetimes(EARLY, LATE).map(lambda at: at.replace(tzinfo=UTC)),
        st.none() | st.booleans(),
    ),
    max_size=12,
)
AWKWARD = ["a,b", 'say "hi"', "two\nlines", "cr\rhere", "crlf\r\nthere", "Łódź ☃ 🚚"]
AWKWARD += ["\\.", "\\N", "NULL", " padded ", "'", "\t"]


async def _round_trip(engine: AsyncEngine, frame: pl.DataFrame) -> pl.DataFrame:
    async with engine.begin() as connection:
        await connection.execute(text(TABLE))
        await copy_in(connection, "kept", frame)
        return await read_frame(connection, "SELECT * FROM kept ORDER BY id", SCHEMA)


async def test_awkward_text_survives(engine: AsyncEngine) -> None:
    at = datetime(2026, 3, 18, 12, 0, 0, 123456, tzinfo=UTC)
    frame = pl.DataFrame(
        {"id": range(len(AWKWARD)), "word": AWKWARD, "amount": 1.5, "at": at, "flag": True}, schema=SCHEMA
    )
    assert_frame_equal(await _round_trip(engine, frame), frame, check_exact=True)


async def test_floats_are_exact_and_nulls_stay_null(engine: AsyncEngine) -> None:
    amounts = [0.1, 1 / 3, 1e300, 5e-324, -1.7976931348623157e308, 123456789.123456789, math.pi, None]
    frame = pl.DataFrame(
        {"id": range(8), "word": None, "amount": amounts, "at": None, "flag": [True, False, None] * 2 + [None] * 2},
        schema=SCHEMA,
    )
    assert_frame_equal(await _round_trip(engine, frame), frame, check_exact=True)


async def test_any_frame_comes_back_as_it_went(engine: AsyncEngine) -> None:
    drawn: list[list[tuple[object, ...]]] = []

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(ROWS)
    def draw(rows: list[tuple[object, ...]]) -> None:
        drawn.append(rows)

    draw()
    for rows in drawn:
        numbered = [(number, *row) for number, row in enumerate(rows)]
        frame = pl.DataFrame(numbered, schema=SCHEMA, orient="row")
        assert_frame_equal(await _round_trip(engine, frame), frame, check_exact=True)


async def test_moments_are_utc_whatever_the_database_is_set_to(engine: AsyncEngine) -> None:
    at = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    frame = pl.DataFrame({"id": [1], "word": ["a"], "amount": [0.1 + 0.2], "at": [at], "flag": [True]}, schema=SCHEMA)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL timezone = 'Asia/Kolkata'"))
        await connection.execute(text("SET LOCAL datestyle = 'SQL, DMY'"))
        await connection.execute(text("SET LOCAL extra_float_digits = 0"))
        await connection.execute(text(TABLE))
        await copy_in(connection, "kept", frame)
        assert_frame_equal(await read_frame(connection, "SELECT * FROM kept", SCHEMA), frame)


async def test_a_single_column_keeps_its_nulls(engine: AsyncEngine) -> None:
    words = pl.DataFrame({"word": ["a", None, "b", None]})
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TEMPORARY TABLE kept (word text) ON COMMIT DROP"))
        await copy_in(connection, "kept", words)
        assert await connection.scalar(text("SELECT count(*) FROM kept")) == 4
        read = await read_frame(connection, "SELECT word FROM kept", {"word": pl.String()})
    assert read["word"].to_list() == ["a", None, "b", None]


async def test_no_rows_have_the_schema_all_the_same(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        read = await read_frame(connection, "SELECT 1 WHERE 1 = %s", {"one": pl.Int64()}, (2,))
    assert read.schema == {"one": pl.Int64()}
    assert read.is_empty()


async def test_a_staging_table_has_the_types_and_can_be_filled_again(engine: AsyncEngine) -> None:
    frame = pl.DataFrame({"event_type": ["factory"], "energy_kwh": [0.1]})
    async with engine.begin() as connection:
        for _ in range(2):
            name = await stage(connection, events_normalized, frame)
        kept = (await connection.execute(text(f'SELECT event_type, energy_kwh FROM "{name}"'))).all()
        kind = await connection.scalar(text(f'SELECT pg_typeof(energy_kwh)::text FROM "{name}"'))
    assert kept == [("factory", 0.1)]
    assert kind == "double precision"
