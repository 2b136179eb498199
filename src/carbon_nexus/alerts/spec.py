"""A mute timing as it is sent, stored and shown, read into the words of the room. Pure."""

from collections.abc import Mapping
from typing import Any

from carbon_nexus.alerts.model import Interval, MuteTiming
from carbon_nexus.alerts.muting import minute_of
from carbon_nexus.rules.match import parse

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def timing_of(name: str, spec: Mapping[str, Any]) -> MuteTiming:
    """The mute timing that a checked spec tells."""
    intervals = tuple(_interval(each) for each in spec["intervals"])
    return MuteTiming(name, spec["time_zone"], intervals, tuple(parse(each) for each in spec["matchers"]))


def _interval(spec: Mapping[str, Any]) -> Interval:
    return Interval(
        weekdays=frozenset(WEEKDAYS.index(each) for each in spec["weekdays"]),
        days_of_month=frozenset(spec["days_of_month"]),
        months=frozenset(spec["months"]),
        times=tuple((minute_of(each["from"]), minute_of(each["to"])) for each in spec["times"]),
    )
