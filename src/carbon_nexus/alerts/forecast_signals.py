"""What is to be told before it happens, as signals: targets that will be passed, days far above typical. Pure.

Nothing ahead is critical: only a target that is passed already is.
"""

from calendar import day_name, month_name
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from carbon_nexus.alerts.model import Alert, Seen, Signal
from carbon_nexus.alerts.signals import SUBJECT, signal_of
from carbon_nexus.forecasts.model import QUANTILES
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.match import expression, matches
from carbon_nexus.rules.model import Foresight, Rule
from carbon_nexus.targets.chance import chance_above, first_day, told_chance
from carbon_nexus.targets.course import Course, lacking
from carbon_nexus.targets.judge import BAND

DAY = timedelta(days=1)
TYPICAL, TARGET = "typical", "target"
NO_TYPICAL = "nothing is known to be typical of its days"


@dataclass(frozen=True)
class Foreseen:
    """What was looked up for the rules: the courses of the targets in this month and the next, and of subjects with
    typical days their forecast series beside `typical_kg` of each day from today on. `lack`: why there is no forecast.
    """

    today: date
    courses: Sequence[Course] = ()
    subjects: pl.DataFrame | None = None
    lack: str | None = None


def forecast_signals(foreseen: Foreseen, rules: Iterable[Rule], alerts: Iterable[Alert]) -> Iterator[Signal]:
    """Signals of these rules of kind forecast: of each target that matches; of a subject where a day stands out, and
    of the others where an alert is open.
    """
    by_rule: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_rule.setdefault(alert.rule, []).append(alert)
    for rule in rules:
        assert rule.forecast is not None, "a rule of kind forecast has it"
        if rule.forecast.against == TARGET:
            yield from _of_targets(foreseen, rule, rule.forecast)
        elif foreseen.subjects is not None:
            yield from _of_days(foreseen, foreseen.subjects, rule, rule.forecast, by_rule.get(rule.name, []))
        else:
            lack = foreseen.lack or NO_TYPICAL
            yield from (_missing(rule, alert.labels, alert.message, lack) for alert in by_rule.get(rule.name, []))


def _of_targets(foreseen: Foreseen, rule: Rule, terms: Foresight) -> Iterator[Signal]:
    until = foreseen.today + terms.within_days * DAY  # not looked at any more
    for course in foreseen.courses:
        if course.month.first < until and matches(rule.matchers, course.target.labels):
            labels = {**course.target.labels, "period": course.month.name}
            yield _of_target(course, rule, terms, labels, until, foreseen.lack)


def _of_target(
    course: Course, rule: Rule, terms: Foresight, labels: Mapping[str, str], until: date, lack: str | None
) -> Signal:
    target, ahead, spent = course.target, course.ahead, course.spent_kg
    of = f"target of {_kg(target.amount_kg)} CO2e for {course.month.name}"
    if spent > target.amount_kg:
        told = f"{target.subject} has passed its {of}: {_kg(spent)} so far"
        return signal_of(rule, labels, Seen.PRESENT, Severity.CRITICAL, told, told)
    seen = min(ahead.days, (until - ahead.first).days)
    if not seen:
        return _missing(rule, labels, f"{target.subject}, {of}", lack or ahead.reason or "")
    chances = chance_above(ahead.quantiles[:, :seen], np.full(seen, target.amount_kg))
    place = first_day(chances, terms.chance)
    at = seen - 1 if place is None else place
    expected = f"{_kg(spent)} so far, {_expected(ahead.total[at], ahead.quantiles[:, at])} expected by then"
    told = f"on {_day(ahead.first + at * DAY)} (chance {told_chance(chances[at])}): {expected}"
    if place is None:
        reason = f"{target.subject} is not likely enough to pass its {of} {told}"
        return signal_of(rule, labels, Seen.GONE, Severity.WARN, reason, reason)
    message = f"{target.subject} will pass its {of} {told}"
    return signal_of(rule, labels, Seen.PRESENT, Severity.WARN, message, message)


def _of_days(
    foreseen: Foreseen, subjects: pl.DataFrame, rule: Rule, terms: Foresight, alerts: Sequence[Alert]
) -> Iterator[Signal]:
    own = subjects.filter(expression(rule.matchers))
    lacks = {key: why for key, why in zip(own.select(SUBJECT).rows(), _lacks(own, foreseen.today), strict=True) if why}
    usable = own.filter(pl.Series([key not in lacks for key in own.select(SUBJECT).rows()], dtype=pl.Boolean))
    watched = {tuple(alert.labels.get(name, "") for name in SUBJECT) for alert in alerts}
    for key in watched & lacks.keys():
        labels = dict(zip(SUBJECT, key, strict=True))
        yield _missing(rule, labels, _subject(labels), lacks[key])
    if not usable.is_empty():
        days = _days(usable, terms, foreseen.today)
        for row, labels in enumerate(usable.select(SUBJECT).iter_rows(named=True)):
            if days.stand_out[row].any() or tuple(labels.values()) in watched:
                yield _of_day(days, row, rule, terms, labels)


@dataclass(frozen=True)
class _Days:
    """Forecast days of subjects, one row each, kg CO2e, and the chance of each to stand out."""

    first: date
    points: NDArray[np.float64]
    quantiles: NDArray[np.float64]  # by quantile, subject and day
    typical: NDArray[np.float64]
    chances: NDArray[np.float64]
    stand_out: NDArray[np.bool_]


def _days(usable: pl.DataFrame, terms: Foresight, today: date) -> _Days:
    offset = (today - usable["origin_day"][0]).days  # all are of one run
    points = _matrix(usable, "points")[:, offset : offset + terms.within_days]
    length = points.shape[1]
    by_day = _matrix(usable, "quantiles").reshape(usable.height, len(QUANTILES), -1)
    quantiles = by_day[:, :, offset : offset + length].transpose(1, 0, 2)
    typical = _matrix(usable, "typical_kg")[:, :length]
    chances = chance_above(quantiles, (terms.ratio or 1) * typical)
    return _Days(today, points, quantiles, typical, chances, (chances >= terms.chance) & np.isfinite(typical))


def _of_day(days: _Days, row: int, rule: Rule, terms: Foresight, labels: Mapping[str, str]) -> Signal:
    stands_out = days.stand_out[row].any()
    compared = np.where(np.isfinite(days.typical[row]), days.chances[row], -1.0)
    at = int(days.stand_out[row].argmax() if stands_out else compared.argmax())
    what = f"more than {terms.ratio:g} times its typical {_kg(days.typical[row, at])} CO2e"
    expected = f"{_expected(days.points[row, at], days.quantiles[:, row, at])} expected"
    told = f"on {_day(days.first + at * DAY)} (chance {told_chance(days.chances[row, at])}): {expected}"
    if stands_out:
        message = f"{_subject(labels)} will emit {what} {told}"
        return signal_of(rule, labels, Seen.PRESENT, Severity.WARN, message, message)
    reason = f"{_subject(labels)} is not likely enough to emit {what}, most so {told}"
    return signal_of(rule, labels, Seen.GONE, Severity.WARN, reason, reason)


def _lacks(own: pl.DataFrame, today: date) -> Iterator[str | None]:
    """Why nothing can be said of each subject; None: something can."""
    for row in own.select("status", "reason", "origin_day", "typical_kg").iter_rows(named=True):
        no_typical = None if any(each is not None for each in row["typical_kg"]) else NO_TYPICAL
        yield lacking(row, today) or no_typical


def _missing(rule: Rule, labels: Mapping[str, str], message: str, why: str) -> Signal:
    """Nothing can be said at the moment: an open alert waits, and none opens."""
    return signal_of(rule, labels, Seen.PRESENT, Severity.WARN, message, why, data_missing=why)


def _matrix(frame: pl.DataFrame, name: str) -> NDArray[np.float64]:
    lists = frame[name]
    return np.asarray(lists.explode().to_numpy(), float).reshape(frame.height, -1)


def _subject(labels: Mapping[str, Any]) -> str:
    return f"{labels['entity']} ({labels['event_type']})"


def _expected(point: float, quantiles: NDArray[np.float64]) -> str:
    low, high = (_number(quantiles[each]) for each in BAND)
    return f"{_kg(point)} (80 %: {low} to {high})"


def _day(day: date) -> str:
    return f"{day_name[day.weekday()]} {day.day} {month_name[day.month]}"


def _kg(kg: float) -> str:
    return f"{_number(kg)} kg"


def _number(kg: float) -> str:
    return f"{kg:,.0f}" if kg >= 100 else f"{kg:.3g}"
