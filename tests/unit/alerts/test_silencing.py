"""What a silence must be like."""

from dataclasses import replace
from datetime import timedelta

import pytest

from carbon_nexus.alerts.model import Refusal, Silence
from carbon_nexus.alerts.silencing import expired, narrows, problems
from carbon_nexus.rules.match import parse
from tests.unit.alerts.made import HOUR, NOW

SILENCE = Silence(3, (parse("entity = Trunk"),), "repairs", "ann", NOW - HOUR, NOW + HOUR)
YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("matchers", "narrow"),
    [
        ([], False),
        (["entity ~ *"], False),
        (["entity ~ **", "severity ~ *"], False),
        (["entity ~ *", "severity ~ c*"], True),
        (["severity != critical"], True),
    ],
)
def test_something_has_to_be_left_out(matchers: list[str], narrow: bool) -> None:
    assert narrows([parse(each) for each in matchers]) is narrow


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        (NOW, NOW + YEAR, None),
        (NOW + HOUR, NOW + HOUR + YEAR, None),
        (NOW, NOW, "must be after its start, and in the future"),
        (NOW - 2 * HOUR, NOW - HOUR, "must be after its start, and in the future"),
        (NOW, NOW + YEAR + timedelta(seconds=1), "must be within 365 days of its start"),
    ],
)
def test_it_ends_after_its_start_and_within_a_year(start: object, end: object, fault: str | None) -> None:
    found = [each["msg"] for each in problems(start, end, NOW)]  # type: ignore[arg-type]
    assert found == [] if fault is None else fault in found[0]


def test_one_that_holds_or_is_to_come_can_be_ended_once() -> None:
    assert expired(SILENCE, NOW) == (NOW - HOUR, NOW)
    assert expired(replace(SILENCE, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR), NOW) == (NOW, NOW)
    assert expired(SILENCE, NOW + HOUR) == Refusal("Silence 3 is expired since 2026-03-18 13:00 UTC.")
