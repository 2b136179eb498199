"""How a target goes in a month, and its burn-down. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np

from carbon_nexus.forecasts.model import LEVELS, QUANTILES
from carbon_nexus.targets.chance import chance_above, first_day
from carbon_nexus.targets.course import Course, Kg
from carbon_nexus.targets.model import (
    AS_LIKELY_AS_NOT,
    AT_RISK_FROM,
    WILL_PASS_FROM,
    BurnDay,
    Progress,
    Verdict,
)

BAND = tuple(QUANTILES.index(each) for each in LEVELS[80])
DAY = timedelta(days=1)


def judge(course: Course, now: datetime) -> Progress:
    """How the target goes at this moment."""
    amount, ahead, month = course.target.amount_kg, course.ahead, course.month
    chances = chance_above(ahead.quantiles, np.full(ahead.days, amount))
    reaches = ahead.days > 0 and ahead.reason is None
    chance = _chance(course, now, float(chances[-1]) if reaches else None)
    verdict, reason = _verdict(course, now, chance)
    low, high = (float(ahead.quantiles[each, -1]) if reaches else None for each in BAND)
    return Progress(
        spent_kg=course.spent_kg,
        filled_kg=float(course.filled_kg.sum()),
        event_count=int(course.event_count.sum()),
        share=course.spent_kg / amount,
        expected_by_now_kg=amount * month.elapsed(now),
        month_end_kg=float(ahead.total[-1]) if reaches else None,
        month_end_low_kg=low,
        month_end_high_kg=high,
        chance=chance,
        passes_on=_passes_on(course, chances),
        verdict=verdict,
        reason=reason,
    )


def burn_down(course: Course) -> Iterator[BurnDay]:
    """Each day of the month, in order."""
    amount, length = course.target.amount_kg, course.month.length
    cumulative, ahead = course.cumulative, course.ahead
    for place in range(length):
        day = course.month.first + place * DAY
        came, told = place < course.kg.size, course.event_count[place : place + 1].any()
        at = (day - ahead.first).days
        seen = 0 <= at < ahead.days
        low, high = (float(ahead.quantiles[each, at]) if seen else None for each in BAND)
        yield BurnDay(
            day=day,
            actual_kg=float(course.kg[place]) if told else None,
            filled_kg=float(course.filled_kg[place]) if told else None,
            cumulative_kg=float(cumulative[place]) if came else None,
            line_kg=amount * ((place + 1) / length),  # the last day: the very amount
            remaining_kg=float(amount - cumulative[place]) if came else None,
            forecast_kg=float(ahead.daily[at]) if seen else None,
            forecast_cumulative_kg=float(ahead.total[at]) if seen else None,
            forecast_low_kg=low,
            forecast_high_kg=high,
        )


def _chance(course: Course, now: datetime, forecast: float | None) -> float | None:
    if course.spent_kg > course.target.amount_kg:
        return 1.0
    if course.month.last < now.date():
        return 0.0 if course.event_count.any() else None
    return forecast


def _verdict(course: Course, now: datetime, chance: float | None) -> tuple[Verdict, str | None]:
    if course.spent_kg > course.target.amount_kg:
        return Verdict.PASSED, None
    if course.month.last < now.date():
        nothing = f"no event of {course.month.name} is on record"
        return (Verdict.UNKNOWN, nothing) if chance is None else (Verdict.KEPT, None)
    if chance is None:
        begun = course.month.first <= now.date()
        return Verdict.UNKNOWN, course.ahead.reason if begun else f"{course.month.name} has not begun"
    if chance >= WILL_PASS_FROM:
        return Verdict.WILL_PASS, None
    return Verdict.AT_RISK if chance >= AT_RISK_FROM else Verdict.ON_TRACK, None


def _passes_on(course: Course, chances: Kg) -> date | None:
    passed = np.flatnonzero(course.cumulative > course.target.amount_kg)
    if passed.size:
        return course.month.first + int(passed[0]) * DAY
    place = first_day(chances, AS_LIKELY_AS_NOT)
    return None if place is None else course.ahead.first + place * DAY
