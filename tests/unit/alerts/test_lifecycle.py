"""What is told, and in which words."""

import pytest

from carbon_nexus.alerts.lifecycle import alert_on
from carbon_nexus.alerts.model import Alert
from carbon_nexus.hotspots.model import Change, HotspotChange, Severity, Subject


def change(
    kind: Change, percent_above: float = 32.8, actual_kg: float = 583.85, typical_kg: float = 439.65
) -> HotspotChange:
    subject = Subject("Trunk", "route", "logistics")
    return HotspotChange(4, kind, "why", subject, Severity.WARN, percent_above, actual_kg, typical_kg)


@pytest.mark.parametrize("kind", [Change.OPENED, Change.ESCALATED])
def test_opening_and_rising_are_told_with_the_numbers(kind: Change) -> None:
    message = "Trunk exceeded emissions by 32.8%: 583.9 kg CO2e against 439.6 kg typical"
    assert alert_on(change(kind)) == Alert(4, Severity.WARN, kind, message)


@pytest.mark.parametrize("kind", [Change.CONTINUED, Change.RESOLVED])
def test_going_on_and_ending_are_not(kind: Change) -> None:
    assert alert_on(change(kind)) is None


def message_at(percent_above: float) -> str:
    alert = alert_on(change(Change.OPENED, percent_above, 100 + percent_above, 100.0))
    assert alert is not None
    return alert.message


def test_below_typical_no_excess_is_claimed() -> None:
    assert message_at(-20.0) == "Trunk is at 80.0% of its typical emissions: 80 kg CO2e against 100 kg typical"


@pytest.mark.parametrize("percent_above", [-1e-9, 0.0, 1e-9, 0.04])
def test_an_excess_that_rounds_to_nothing_is_no_excess(percent_above: float) -> None:
    assert message_at(percent_above).startswith("Trunk is at 100.0% of its typical emissions")


def test_the_smallest_excess_that_shows_is_told() -> None:
    assert message_at(0.06).startswith("Trunk exceeded emissions by 0.1%")
