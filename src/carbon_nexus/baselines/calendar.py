"""Which days of a tenant are like a Sunday: public holidays of its country, and closed days of its own. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import holidays

from carbon_nexus.errors import InvalidInput

CLOSED = "closed"
NAMES = "en_US"


@dataclass(frozen=True)
class Calendar:
    """Country (ISO 3166, None: no public holidays), its subdivision, and own closed days."""

    country: str | None = None
    subdivision: str | None = None
    extra_days: tuple[date, ...] = ()


def holidays_between(calendar: Calendar, first: date, last: date) -> dict[date, str]:
    """The days from first to last that are like a Sunday, by their English names; own closed days are called closed."""
    named = dict.fromkeys((day for day in calendar.extra_days if first <= day <= last), CLOSED)
    if calendar.country is None:
        return named
    years = range(first.year, last.year + 1)
    # without a language their names would be in that of the machine
    public = holidays.country_holidays(calendar.country, calendar.subdivision, years, language=NAMES)
    return {**named, **{day: name for day, name in public.items() if first <= day <= last}}


def check(calendar: Calendar) -> None:
    """Raises InvalidInput for a country or subdivision whose public holidays are not known, with those that are."""
    problems = list(_unknown(calendar, holidays.list_supported_countries(include_aliases=False)))
    if problems:
        raise InvalidInput(problems, "The calendar was not changed.")


def _unknown(calendar: Calendar, known: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    country, part = calendar.country, calendar.subdivision
    if country is not None and country not in known:
        yield _problem("country", country, "must be one of", sorted(known))
    elif part is not None and country is None:
        yield _problem("subdivision", part, "needs the country it is part of", [])
    elif part is not None and country is not None and part not in known[country]:
        rule = f"of {country} must be one of" if known[country] else f"must be left out: {country} is known as a whole"
        yield _problem("subdivision", part, rule, sorted(known[country]))


def _problem(field: str, value: str, rule: str, accepted: list[str]) -> dict[str, Any]:
    message = " ".join([f"{field} '{value}' {rule}", ", ".join(accepted)]).strip()
    told = {"type": "invalid_value", "loc": ["body", field], "msg": f"{message}.", "input": value, "rule": rule}
    return told | {"accepted": accepted}
