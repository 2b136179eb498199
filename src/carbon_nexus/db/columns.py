"""Columns in and out: COPY between Polars frames and PostgreSQL, inside the caller's transaction.

COPY runs on the connection that also writes audit entries and jobs, so that all of it commits or none does.
"""

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from psycopg.abc import PQGen
from psycopg.generators import copy_from
from psycopg.pq.abc import PGconn
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

ROWS_PER_WRITE = 10_000  # about 2 MB of CSV at a time
FEW_ROWS = 1_000  # up to here arrays in a statement are faster than a temporary table: 1 ms against 4 for one row
MOMENT_FORMAT = "%Y-%m-%dT%H:%M:%S%.6f%:z"
# a role or database may be set to another zone, date style or to fewer digits; until the end of the transaction
READABLE = """
SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true),
       set_config('extra_float_digits', '1', true)
"""


async def copy_in(connection: AsyncConnection, table: str, frame: pl.DataFrame) -> None:
    """Append `frame` to `table`; the frame's column names are columns of the table, nulls become NULL.

    Raises psycopg's errors, wrapped by nothing: a UniqueViolation leaves the transaction (or savepoint) to undo.
    """
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    written = b""
    async with (
        raw.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)') as copy,
    ):
        for part in frame.iter_slices(ROWS_PER_WRITE):
            # the server takes in one part while the next one is written
            _, written = await asyncio.gather(copy.write(written), asyncio.to_thread(_csv_of, part))
        await copy.write(written)


async def stage(connection: AsyncConnection, like: Table, frame: pl.DataFrame) -> str:
    """Put `frame` into a temporary table with the types of `like`; gone at commit. Returns its name."""
    name = f"staged_{like.name}"
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    await connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
    await connection.execute(
        text(f'CREATE TEMPORARY TABLE "{name}" ON COMMIT DROP AS SELECT {columns} FROM "{like.name}" LIMIT 0')  # noqa: S608
    )
    await copy_in(connection, name, frame)
    return name


async def insert_frame(connection: AsyncConnection, table: Table, frame: pl.DataFrame, rest: str) -> None:
    """INSERT the rows of `frame`, whose column names are columns of the table; `rest` is SQL (ORDER BY, ON CONFLICT).

    For statements that COPY cannot say; where there is nothing to say, `copy_in` is faster.
    """
    names = ", ".join(f'"{name}"' for name in frame.columns)
    if frame.height > FEW_ROWS:
        source, given = f'"{await stage(connection, table, frame)}"', {}
    else:
        kinds = {name: table.c[name].type.compile(connection.dialect) for name in frame.columns}
        arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in kinds.items())
        source, given = f"unnest({arrays}) AS given ({names})", frame.to_dict(as_series=False)
    await connection.execute(text(f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {source} {rest}'), given)  # noqa: S608


async def read_frame(
    connection: AsyncConnection,
    query: str,
    schema: Mapping[str, Any],
    parameters: Sequence[Any] = (),
) -> pl.DataFrame:
    """Rows of `query` (psycopg placeholders %s) as a frame with exactly the columns and types of `schema`.

    Timestamps arrive as Datetime("us", "UTC"): the transaction is put into UTC. Empty text and NULL are both null.
    """
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    received = io.BytesIO()
    await raw.execute(READABLE)
    async with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", parameters),
    ):
        await raw.wait(_receive(copy_out_of=raw.pgconn, into=received))
    if not received.tell():
        return pl.DataFrame(schema=schema)
    received.seek(0)
    return await asyncio.to_thread(_typed, received, schema)


def _csv_of(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_csv(written, include_header=False, datetime_format=MOMENT_FORMAT)
    return written.getvalue()


def _receive(copy_out_of: PGconn, into: io.BytesIO) -> PQGen[None]:
    # the server sends every row by itself: awaiting each one took as long as the query (0.1 s per 100,000 rows)
    while isinstance(row := (yield from copy_from(copy_out_of)), memoryview):
        into.write(row)


def _typed(received: io.BytesIO, schema: Mapping[str, Any]) -> pl.DataFrame:
    as_text = {name: pl.String if _is_read_as_text(kind) else kind for name, kind in schema.items()}
    frame = pl.read_csv(received, has_header=False, new_columns=list(schema), schema=as_text)
    return frame.with_columns(
        *(_moment(name) for name, kind in schema.items() if isinstance(kind, pl.Datetime)),
        *(pl.col(name) == "t" for name, kind in schema.items() if kind == pl.Boolean),
    )


def _is_read_as_text(kind: Any) -> bool:
    return isinstance(kind, pl.Datetime) or kind == pl.Boolean


def _moment(name: str) -> pl.Expr:
    # "2026-11-23 14:00:00.5+00": fractions come and go, so both shapes are read by one optional-fraction format
    return (
        pl.col(name)
        .str.strip_suffix("+00")
        .str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
        .dt.replace_time_zone("UTC")
    )
