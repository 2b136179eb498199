"""Durations are read as people write them, and written so that they are read again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_nexus.rules.durations import read, written
from carbon_nexus.rules.refusals import Refused


@pytest.mark.parametrize(
    ("value", "seconds", "shown"),
    [
        ("30 min", 1800, "30 min"),
        ("24h", 86_400, "24 h"),
        ("1 day", 86_400, "24 h"),
        (" 2 weeks ", 1_209_600, "14 d"),
        ("1.5 hours", 5400, "90 min"),
        ("0.7 min", 42, "42 s"),
        ("PT1H30M", 5400, "90 min"),
        ("P7D", 604_800, "7 d"),
        ("P1W", 604_800, "7 d"),
        (300, 300, "5 min"),
        (7200.0, 7200, "2 h"),
        (0, 0, "0 s"),
        (timedelta(hours=36), 129_600, "36 h"),
    ],
)
def test_a_duration_is_read_and_shown(value: object, seconds: int, shown: str) -> None:
    assert read(value) == timedelta(seconds=seconds)
    assert written(read(value)) == shown


@given(st.integers(0, 90 * 86_400))
def test_what_is_written_is_read_again(seconds: int) -> None:
    assert read(written(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "rule", "remedy"),
    [
        ("soon", "is no duration", "Write it like 30 min, 24 h or 7 d"),
        ("30", "is no duration", "Write it like 30 min"),
        ("-3 h", "is no duration", "Write it like 30 min"),
        ("1 h 30 min", "is no duration", "Write it like 30 min"),
        ("2**9 h", "is no duration", "Write it like 30 min"),
        ("30 m", "is in meter", "Write min for minutes."),
        ("1 month", "is in month", "Write it like 30 min"),
        ("3 parsecs", "is in parsec", "Write it like 30 min"),
        ("3 blinks", "has the unit 'blinks', which there is not", "Write it like 30 min"),
        ("P1M", "is no duration", "Write it like 30 min"),
        ("P", "is no duration", "Write it like 30 min"),
        ("PT", "is no duration", "Write it like 30 min"),
        (1.5, "is not a whole number of seconds", "Write it like 30 min"),
        (float("nan"), "is no duration", "Write it like 30 min"),
        (float("inf"), "is no duration", "Write it like 30 min"),
        (10**400, "is no duration", "Write it like 30 min"),
        (True, "is no duration", "Write it like 30 min"),
        (None, "is no duration", "Write it like 30 min"),
        ([30], "is no duration", "Write it like 30 min"),
    ],
)
def test_what_is_no_duration_is_refused_with_what_to_write(value: object, rule: str, remedy: str) -> None:
    with pytest.raises(Refused) as refused:
        read(value)
    assert refused.value.rule.startswith(rule)
    assert refused.value.remedy.startswith(remedy)
