"""Texts as moments: zones kept, clocks that go back or forward told, day and month only where the order is named."""

from datetime import UTC, datetime

import polars as pl
import pytest

from carbon_nexus.activities.mapping import Dates
from carbon_nexus.activities.moments import read_moments
from carbon_nexus.activities.rules import Rule


def read(text: str, dates: Dates = Dates.YMD, zone: str = "UTC") -> tuple[datetime | None, str | None, Rule]:
    moment, kept, fault = read_moments(pl.Series([text]), dates, zone).row(0)
    return moment, kept, Rule(fault)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "kept"),
    [
        ("2026-03-01T08:00:00", at(2026, 3, 1, 7), "Europe/Berlin"),
        ("2026-07-01 08:00", at(2026, 7, 1, 6), "Europe/Berlin"),
        ("2026/07/01", at(2026, 6, 30, 22), "Europe/Berlin"),
        ("2026-07-01T08:00:00Z", at(2026, 7, 1, 8), None),
        ("2026-07-01T08:00:00-05:30", at(2026, 7, 1, 13, 30), "-05:30"),
    ],
)
def test_the_zone_holds_for_times_without_an_offset(text: str, moment: datetime, kept: str | None) -> None:
    assert read(text, zone="Europe/Berlin") == (moment, kept, Rule.FINE)


def test_utc_is_not_worth_keeping() -> None:
    assert read("2026-03-01 08:00") == (at(2026, 3, 1, 8), None, Rule.FINE)


@pytest.mark.parametrize("text", ["2025-10-26T02:30:00", "2025-03-30 02:30"])
def test_a_time_the_clocks_showed_twice_or_never_is_not_guessed(text: str) -> None:
    assert read(text, zone="Europe/Berlin")[::2] == (None, Rule.CLOCK)
    assert read(f"{text}+01:00".replace(" ", "T"), zone="Europe/Berlin")[2] == Rule.FINE


@pytest.mark.parametrize(
    ("text", "dates", "moment"),
    [
        ("18.3.2026 14:30", Dates.DMY, at(2026, 3, 18, 14, 30)),
        ("03/04/2026", Dates.DMY, at(2026, 4, 3)),
        ("03/04/2026", Dates.MDY, at(2026, 3, 4)),
        ("03-04-2026 00:00:01.5", Dates.DMY, datetime(2026, 4, 3, 0, 0, 1, 500_000, UTC)),
        ("18.03.26 08:00", Dates.DMY, at(2026, 3, 18, 8)),
        ("3/18/99", Dates.MDY, at(1999, 3, 18)),
        ("3/18/2026 2:30 pm", Dates.MDY, at(2026, 3, 18, 14, 30)),
        ("3/18/2026, 02:30:15PM", Dates.MDY, at(2026, 3, 18, 14, 30, 15)),
        ("2026-03-18", Dates.DMY, at(2026, 3, 18)),
        ("1700000000", Dates.EPOCH_S, at(2023, 11, 14, 22, 13, 20)),
        ("1700000000500", Dates.EPOCH_MS, datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC)),
    ],
)
def test_the_named_order_is_followed(text: str, dates: Dates, moment: datetime) -> None:
    assert read(text, dates) == (moment, None, Rule.FINE)


@pytest.mark.parametrize(
    ("text", "dates", "fault"),
    [
        ("03/04/2026", Dates.YMD, Rule.ORDER),
        ("18.03.2026 10:00", Dates.YMD, Rule.ORDER),
        ("18/13/2026", Dates.DMY, Rule.MOMENT),
        ("18/03/026", Dates.DMY, Rule.MOMENT),
        ("18/03/26", Dates.YMD, Rule.ORDER),
        ("1700000000", Dates.YMD, Rule.MOMENT),
        ("1e300", Dates.EPOCH_S, Rule.MOMENT),
        ("NaN", Dates.EPOCH_S, Rule.MOMENT),
        ("soon", Dates.YMD, Rule.MOMENT),
    ],
)
def test_what_cannot_be_read_says_why(text: str, dates: Dates, fault: Rule) -> None:
    assert read(text, dates)[::2] == (None, fault)


def test_missing_texts_are_no_fault() -> None:
    texts = pl.Series([None, "2026-03-01", None, "03/04/2026", "2026-03-01T00:00:00+01:00"], dtype=pl.String)
    found = read_moments(texts)
    assert found["fault"].to_list() == [0, 0, 0, Rule.ORDER, 0]
    assert found["zone"].to_list() == [None, None, None, None, "+01:00"]
