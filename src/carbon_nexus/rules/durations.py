"""Durations as people write them, both ways: 30 min, 24 h, 7 d. Pure."""

import re
from datetime import timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from carbon_nexus.rules.refusals import Refused

FORMS = "Write it like 30 min, 24 h or 7 d, as ISO 8601 (PT30M), or as a number of seconds."
_AMOUNT = re.compile(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*([A-Za-z]{1,10})\s*")
_ISO = re.compile(r"P(?=[\dT])(?:\d{1,6}W)?(?:\d{1,6}D)?(?:T(?:\d{1,8}H)?(?:\d{1,8}M)?(?:\d{1,9}(?:\.\d{1,6})?S)?)?")
_UNITS = ("second", "minute", "hour", "day", "week")  # months and years have no length of their own
_WRITTEN = (("d", timedelta(days=1), 2), ("h", timedelta(hours=1), 1), ("min", timedelta(minutes=1), 1))
_ISO_READER = TypeAdapter(timedelta)


def read(value: Any) -> timedelta:
    """The duration of a text or of a number of seconds, in whole seconds. Raises Refused (a ValueError)."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _whole(value)
    if not isinstance(value, str):
        raise Refused("is no duration", FORMS)
    if _ISO.fullmatch(value.strip()):
        return _iso(value.strip())
    found = _AMOUNT.fullmatch(value)
    if found is None:
        raise Refused("is no duration", FORMS)
    return _whole(float(found[1]) * _seconds(found[2]))


def written(duration: timedelta) -> str:
    """The duration in the largest unit of which it is a whole number; one day is 24 h."""
    for unit, length, fewest in _WRITTEN:
        if duration % length == timedelta(0) and duration // length >= fewest:
            return f"{duration // length} {unit}"
    return f"{duration // timedelta(seconds=1)} s"


@cache
def _seconds(unit: str) -> float:
    """How many seconds one of the unit is. Making Pint's units takes half a second, so it waits for the first text."""
    from pint import UndefinedUnitError, get_application_registry

    try:
        one = get_application_registry().Quantity(1.0, unit)  # type: ignore[no-untyped-call]
    except UndefinedUnitError:
        raise Refused(f"has the unit '{unit}', which there is not", FORMS) from None
    if str(one.units) not in _UNITS:
        remedy = "Write min for minutes." if unit == "m" else FORMS
        raise Refused(f"is in {one.units}, which is no unit of time with a fixed length", remedy)
    return float(one.to("second").magnitude)


def _iso(text: str) -> timedelta:
    try:
        return _whole(_ISO_READER.validate_python(text).total_seconds())
    except ValidationError:
        raise Refused("is no duration of ISO 8601", FORMS) from None


def _whole(seconds: float) -> timedelta:
    try:
        duration = timedelta(seconds=seconds)
    except (OverflowError, ValueError):  # beyond any calendar, or not a number
        raise Refused("is no duration", FORMS) from None
    if duration.microseconds:
        raise Refused("is not a whole number of seconds", FORMS)
    return duration
