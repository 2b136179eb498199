import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from carbon_nexus.files import limits
from carbon_nexus.files.model import Kind
from carbon_nexus.files.parquet_footer import RowGroup, row_groups
from tests.unit.files.reading import read, refused


def parquet(frame: pl.DataFrame, rows: int | None = None) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written, row_group_size=rows)
    return written.getvalue()


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pl.Series([0.1 + 0.2]), "0.30000000000000004"),
        (pl.Series([0.1], dtype=pl.Float32), "0.1"),
        (pl.Series([float("nan")]), "NaN"),
        (pl.Series([2**63 - 1]), "9223372036854775807"),
        (pl.Series([Decimal("1.500")]), "1.500"),
        (pl.Series([True]), "true"),
        (pl.Series([" x "]), " x "),
        (pl.Series(["x"], dtype=pl.Categorical), "x"),
        (pl.Series(["x"], dtype=pl.Enum(["x"])), "x"),
        (pl.Series([date(2026, 1, 2)]), "2026-01-02"),
        (pl.Series([time(1, 2, 3)]), "01:02:03"),
        (pl.Series([timedelta(hours=26)]), "P1DT2H"),
        (pl.Series([datetime(2026, 1, 2, 3)]), "2026-01-02T03:00:00"),
        (pl.Series([datetime(2026, 1, 2, 3, 4, 5, 600)]), "2026-01-02T03:04:05.000600"),
        (pl.Series([datetime(2026, 1, 2, tzinfo=UTC)]), "2026-01-02T00:00:00+00:00"),
        (
            pl.Series([datetime(2026, 7, 2, tzinfo=UTC)]).dt.convert_time_zone("Europe/Berlin"),
            "2026-07-02T02:00:00+02:00",
        ),
        (pl.Series([[1, 2]]), "[1,2]"),
        (pl.Series([{"a": 1.5, "b": "é"}]), '{"a":1.5,"b":"é"}'),
        (pl.Series([[{"a": 1}]]), '[{"a":1}]'),
    ],
)
def test_values_become_text_without_loss(column: pl.Series, text: str) -> None:
    frame = pl.DataFrame({"a": pl.concat([column, pl.Series([None], dtype=column.dtype)]), "b": [1, 2]})
    sent = read(parquet(frame))
    assert sent.facts.kind == Kind.PARQUET
    assert sent.rows == [(text, "1"), (None, "2")]


def test_parts_are_the_same_whatever_the_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "rows_per_part", lambda columns: 30)
    frame = pl.DataFrame({" a ": range(100), "": range(100)})
    for rows in (7, 100):
        sent = read(parquet(frame, rows))
        assert (sent.facts.names, sent.facts.rows) == (("a", "column_2"), 100)
        assert [part.frame.height for part in sent.parts] == [30, 30, 30, 10]
        assert sent.lines == list(range(1, 101))
        assert read(parquet(frame, rows), skip=2).rows == sent.rows[60:]


def test_the_footer_tells_the_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "file"
    frame = pl.DataFrame({"a": range(10), "b": ["x"] * 10})
    frame.write_parquet(path, row_group_size=4)
    groups = row_groups(path)
    assert [group.rows for group in groups] == [4, 4, 2]
    assert all(isinstance(group, RowGroup) and group.size_bytes > 0 for group in groups)


GOOD = parquet(pl.DataFrame({"a": list(range(1_000)), "b": ["x"] * 1_000}))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (parquet(pl.DataFrame({"a": [1], "raw": [b"x"]})), "unreadable_column"),
        (parquet(pl.DataFrame({"a": [1], "raw": [[b"x"]]})), "unreadable_column"),
        (parquet(pl.DataFrame({"a": [1], "A": [2]})), "repeated_column"),
        (parquet(pl.DataFrame({str(at): [1] for at in range(501)})), "too_many_columns"),
        (GOOD[:-1], "bad_parquet"),
        (GOOD[:4] + GOOD[-100:], "bad_parquet"),
        (b"PAR1", "bad_parquet"),
        (b"PAR1PAR1", "bad_parquet"),
        (b"PAR1" + b"\xff" * 100 + b"\x64\0\0\0PAR1", "bad_parquet"),
        (b"PAR1" + b"\x1c" * 100 + b"\x64\0\0\0PAR1", "bad_parquet"),
        (GOOD[:30] + bytes(200) + GOOD[230:], "bad_parquet"),
    ],
)
def test_unusable_parquet_is_refused(content: bytes, kind: str) -> None:
    assert refused(content)["type"] == kind


@pytest.mark.parametrize(
    ("bound", "kind"),
    [("MOST_PARQUET_BYTES", "too_large"), ("MOST_ROW_GROUP_CELLS", "too_large"), ("MOST_ROWS", "too_many_rows")],
)
def test_too_large_parquet_is_refused(monkeypatch: pytest.MonkeyPatch, bound: str, kind: str) -> None:
    monkeypatch.setattr(limits, bound, 100)
    assert refused(GOOD)["type"] == kind
