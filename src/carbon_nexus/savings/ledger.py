"""What all measures together promised and saved, each kg counted once. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import NamedTuple

from carbon_nexus.savings.model import (
    ENOUGH_WEEKS,
    FINAL,
    WEEK,
    Amount,
    Implemented,
    Judgement,
    Verdict,
    Week,
)

DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Line:
    """One measure of the ledger: what it is, what is known of its effect, and its weeks."""

    measure: Implemented
    judgement: Judgement
    weeks: Sequence[Week]


class _Part(NamedTuple):
    kg: float
    half_kg: float
    weeks: int


@dataclass(frozen=True)
class Total:
    """Of several measures: which, and what they saved in the weeks that were compared, none of them counted twice.

    Null: nothing is known. `annualised_kg` is at the pace of each entity; for `unpromised` of them no saving was
    promised.
    """

    ids: tuple[int, ...]
    unpromised: int
    saved: Amount | None
    annualised_kg: float | None


def with_others(measures: Sequence[Implemented]) -> list[Implemented]:
    """The measures, each with those implemented at the same entity within four weeks of it and the next beyond."""
    of: dict[tuple[str, str, str], list[Implemented]] = {}
    for measure in measures:
        of.setdefault(_subject(measure), []).append(measure)
    return [_among(measure, of[_subject(measure)]) for measure in measures]


def _among(measure: Implemented, at_entity: Sequence[Implemented]) -> Implemented:
    own, near = measure.implemented_at, ENOUGH_WEEKS * WEEK
    others = {each.id: each.implemented_at for each in at_entity if abs(each.implemented_at - own) < near}
    del others[measure.id]
    moments = [each.implemented_at for each in at_entity if abs(each.implemented_at - own) >= near]
    since = max((moment for moment in moments if moment < own), default=None)
    until = min((moment for moment in moments if moment > own), default=None)
    return replace(measure, others=others, since=since, until=until)


def annualised(saved: Amount | None, weeks: int) -> float | None:
    """Kg a year at the pace of so many weeks; null before there are enough of them: seasons are not known."""
    return None if saved is None or weeks < ENOUGH_WEEKS else saved.kg / (weeks * WEEK.days) * DAYS_A_YEAR


def totals(lines: Sequence[Line]) -> dict[Verdict, Total]:
    """By verdict; everything that is not judged for good is waiting."""
    groups: dict[Verdict, list[Line]] = {verdict: [] for verdict in (*FINAL, Verdict.WAITING)}
    for line in lines:
        verdict = line.judgement.verdict
        groups[verdict if verdict in FINAL else Verdict.WAITING].append(line)
    return {verdict: _total(of) for verdict, of in groups.items()}


def _total(lines: Sequence[Line]) -> Total:
    ids = tuple(line.measure.id for line in lines)
    unpromised = sum(line.measure.promised_kg is None for line in lines)
    parts = [part for part in _parts(lines) if part.weeks]
    if not parts:
        return Total(ids, unpromised, None, None)
    kg, half = sum(part.kg for part in parts), sqrt(sum(part.half_kg**2 for part in parts))
    paces = [annualised(Amount(part.kg, 0, 0), part.weeks) for part in parts]
    annual = sum(pace for pace in paces if pace is not None)
    return Total(ids, unpromised, Amount(kg, kg - half, kg + half), annual)


def _parts(lines: Sequence[Line]) -> Iterator[_Part]:
    """What was saved at each entity. Measures there see the same kg: a week counts for the one implemented first."""
    of: dict[tuple[str, str, str], list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.measure.implemented_at):
        of.setdefault(_subject(line.measure), []).append(line)
    for own in of.values():
        until, parts = own[0].measure.implemented_at, []
        for line in own:
            weeks = [week for week in line.weeks if week.saving is not None and week.starts_at >= until]
            parts.append(_part(line, weeks))
            until = max([until, *(week.ends_at for week in weeks)])
        yield _Part(*(sum(each) for each in zip(*parts, strict=True)))


def _part(line: Line, weeks: Sequence[Week]) -> _Part:
    """Of some of a line's weeks; they have their share of the interval of all."""
    saved = line.judgement.saved
    whole = sum(week.counterfactual_kg or 0.0 for week in line.weeks)
    if saved is None or whole <= 0:
        return _Part(0.0, 0.0, 0)
    share = sum(week.counterfactual_kg or 0.0 for week in weeks) / whole
    kg = sum(week.saving.kg for week in weeks if week.saving is not None)
    return _Part(kg, share * (saved.high_kg - saved.low_kg) / 2, len(weeks))


def _subject(measure: Implemented) -> tuple[str, str, str]:
    return measure.entity, measure.entity_type, measure.event_type
