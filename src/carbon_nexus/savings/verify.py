"""Weeks after a measure against its frozen baseline, and what they prove. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import NormalDist

import polars as pl

from carbon_nexus.savings.expect import expected
from carbon_nexus.savings.freeze import compared, window_of
from carbon_nexus.savings.model import (
    ENOUGH_WEEKS,
    LAST_WEEK,
    MOST_APART,
    WEEK,
    Amount,
    Baseline,
    Counted,
    Driver,
    Implemented,
    Judgement,
    Model,
    Obstacle,
    Sight,
    Verdict,
    Week,
)
from carbon_nexus.savings.observe import bases_of, sight_of, with_done

CONFIDENCE = 0.95
LEAST_REPORTED = 0.5  # of a meter's usual readings: a week with fewer says too little of the week
RHYTHM = 1.5  # times as many or as few readings a day, and each is of another length of time
BEYOND = 0.1  # of what was seen of activity: further away the baseline knows nothing
LEAST_EFFECT = 0.1  # of what was promised: less is no effect
DRIFT = 2.7  # chosen on public series, see docs/savings.md
DAY = timedelta(days=1)


def weeks_over(measure: Implemented, now: datetime) -> int:
    """How many whole weeks the measure has been in place, up to LAST_WEEK or to the next measure at its entity."""
    return max(0, min((min(now, measure.until or now) - measure.implemented_at) // WEEK, LAST_WEEK))


def weeks_of(
    measure: Implemented,
    baseline: Baseline,
    model: Model,
    events: pl.DataFrame,
    closed: Collection[date],
    now: datetime,
) -> list[Week]:
    """The weeks since the measure that are over, from its entity's `events` (EVENT_SCHEMA) since then."""
    sight = sight_of(measure.event_type, measure.acts_on, measure.reduction_basis)
    done = with_done(events, model.formula.driver)
    ready = done.with_columns(expected=expected(model.formula, done, closed))
    found: list[Week] = []
    for number in range(1, weeks_over(measure, now) + 1):
        start = measure.implemented_at + (number - 1) * WEEK
        within = ready.filter(pl.col("event_time") >= start, pl.col("event_time") < start + WEEK)
        found.append(_week(number, start, within, model, sight, baseline.window_end))
    return list(_summed(found, model, baseline.window_end))


def interval(kg: float, expected_kg: float, model: Model, weeks_away: float) -> Amount:
    """The 95 % interval of a saving: the days' chance, and how far whole weeks drift away from their baseline.

        half / expected = sqrt(t2 day2 (1/m + 1/n) (1 + r) / (1 - r) + drift2 week2)
        drift           = DRIFT (1 + 2 / weeks) (1 + 2 weeks_away / weeks)

    n days, r and the spreads are of the baseline; m are days' worth of what is expected, and `weeks_away` lies the
    middle of what is compared after the end of the baseline.
    """
    own = model.spread
    m = expected_kg / model.kg_per_day
    chance = (t_quantile(own.days - own.parameters) * own.day) ** 2 * (1 / m + 1 / own.days)
    chance *= (1 + own.autocorrelation) / (1 - own.autocorrelation)
    drift = DRIFT * (1 + 2 / own.weeks) * (1 + 2 * weeks_away / own.weeks) * own.week
    half = expected_kg * sqrt(chance + drift**2)
    return Amount(kg, kg - half, kg + half)


def t_quantile(freedom: int) -> float:
    """Student's t for CONFIDENCE, by the expansion around the normal: within 0.2 % from 5 degrees of freedom on."""
    z, v = NormalDist().inv_cdf((1 + CONFIDENCE) / 2), max(freedom, 1)
    terms = (
        (z**3 + z) / (4 * v),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3),
    )
    return z + sum(terms)


def judge(measure: Implemented, baseline: Baseline, weeks: Sequence[Week]) -> Judgement:
    """What the weeks prove: an interval above 0 a saving, one below a tenth of the promise none, any other nothing."""
    if isinstance(baseline.of, Obstacle):
        return Judgement(baseline.of.verdict, baseline.of.reason, 0)
    if window_of(measure) != (baseline.window_start, baseline.window_end):
        told = "another measure, told of only later, was in place within its frozen baseline: a person may judge it"
        return Judgement(Verdict.INCONCLUSIVE, told, 0)
    known = [week for week in weeks if week.saving is not None]
    saved = known[-1].so_far if known else None
    if len(known) < ENOUGH_WEEKS or saved is None:
        return _too_few(measure, weeks, len(known), saved)
    promised = (measure.promised_kg or 0.0) * len(known) / ENOUGH_WEEKS
    verdict, why = _verdict(saved, promised, _next(measure, len(weeks)))
    told = f"{len(known)} weeks: {_kg(saved.kg)} kg CO2e saved ({_kg(saved.low_kg)} to {_kg(saved.high_kg)}), {why}"
    return Judgement(verdict, told + _unpromised(measure) + _jointly(measure), len(known), saved)


def due(measure: Implemented, baseline: Baseline | None, judged_at: datetime | None, now: datetime) -> bool:
    """Whether there may be news of the measure: a week that is over, or a day's late events.

    Nothing new is expected where savings cannot be measured, nor a day after the last week.
    """
    if measure.implemented_at > now:
        return False
    if baseline is None or judged_at is None:
        return True
    if isinstance(baseline.of, Obstacle) or judged_at >= measure.implemented_at + LAST_WEEK * WEEK + DAY:
        return False
    return now - judged_at >= DAY or weeks_over(measure, now) > weeks_over(measure, judged_at)


def _verdict(saved: Amount, promised_kg: float, then: str) -> tuple[Verdict, str]:
    if saved.low_kg > 0:
        return Verdict.VERIFIED, "which is more than chance"
    if saved.high_kg <= max(0.0, LEAST_EFFECT * promised_kg):
        least = f"less than a tenth of the {_kg(promised_kg)} kg promised" if promised_kg > 0 else "no saving at all"
        return Verdict.NOT_EFFECTIVE, least
    return Verdict.INCONCLUSIVE, f"which cannot be told from chance; {then}"


def _next(measure: Implemented, over: int) -> str:
    """What comes after so many weeks that proved nothing."""
    if over >= LAST_WEEK:
        return "it is looked at no more: a person may judge it"
    if measure.until is not None and over == weeks_over(measure, measure.until):
        moment = f"{measure.until:%Y-%m-%d}"
        return f"from {moment} on another measure is in place, and no later week shows this one: a person may judge it"
    return f"it is looked at again every week up to week {LAST_WEEK}"


def _too_few(measure: Implemented, weeks: Sequence[Week], known: int, saved: Amount | None) -> Judgement:
    if len(weeks) < ENOUGH_WEEKS:
        told = f"{len(weeks)} of {ENOUGH_WEEKS} weeks are over"
        return Judgement(Verdict.WAITING, told, known, saved)
    why = "; ".join(f"week {week.week}: {week.reason}" for week in weeks if week.reason)
    told = f"{known} of {len(weeks)} weeks can be compared, {ENOUGH_WEEKS} are needed ({why})"
    return Judgement(Verdict.INCONCLUSIVE, f"{told}; {_next(measure, len(weeks))}", known, saved)


def _unpromised(measure: Implemented) -> str:
    return "" if measure.promised_kg is not None else ". How much it would save was not promised"


def _jointly(measure: Implemented) -> str:
    if not measure.others:
        return ""
    ids = ", ".join(map(str, sorted(measure.others)))
    return f". Implemented here at about the same time: recommendation {ids}; the saving is of all together"


def _week(
    number: int, start: datetime, events: pl.DataFrame, model: Model, sight: Sight, baseline_end: datetime
) -> Week:
    counting = events.filter(compared())
    known = counting.filter(pl.col("expected").is_not_null())
    counted = _counted(events, counting.height, known.height)
    reason = _why_not(counting, known, model, sight)
    actual, would_be = (float(known[name].sum()) for name in ("co2e_kg", "expected"))
    if reason is None and would_be <= 0:
        reason = "the baseline expects nothing of what was done"
    if reason is not None:
        return Week(number, start, start + WEEK, counted, reason=reason)
    middle = (start - baseline_end) / WEEK + 0.5
    saving = interval(would_be - actual, would_be, model, middle)
    return Week(number, start, start + WEEK, counted, actual, would_be, saving)


def _counted(events: pl.DataFrame, counting: int, known: int) -> Counted:
    filled = events.filter(pl.col("filled").fill_null(False))
    without = events.height - counting - filled.height
    return Counted(known, filled.height, float(filled["co2e_kg"].sum()), without, counting - known)


def _why_not(events: pl.DataFrame, known: pl.DataFrame, model: Model, sight: Sight) -> str | None:
    """Why a week cannot be compared: what counts of its events, and those of them that the baseline knows."""
    kg = float(events["co2e_kg"].sum())
    if events.is_empty():
        return "nothing was reported"
    if apart := _apart(bases_of(events, sight), model):
        return apart
    if known["co2e_kg"].sum() < (1 - MOST_APART) * kg:
        return "most was of a kind or at an hour that the baseline has never seen"
    return _other_use(events, model) if model.formula.driver is Driver.TIME else None


def _apart(bases: dict[str, float], model: Model) -> str | None:
    """Estimates of another factor set, tier or grid differ by these; the measure cannot be seen in the difference."""
    names = bases.keys() | model.bases.keys()
    apart = sum(abs(bases.get(name, 0.0) - model.bases.get(name, 0.0)) for name in names) / 2
    if apart <= MOST_APART:
        return None
    now, before = (max(each, key=lambda name: each[name]) for each in (bases, model.bases))
    return f"{apart:.0%} of it was estimated in another way: mostly {now}, before the measure {before}"


def _other_use(events: pl.DataFrame, model: Model) -> str | None:
    """Of a metered site: gaps, another rhythm of readings, and activity beyond what the baseline has seen."""
    a_day = float(events.group_by(pl.col("event_time").dt.date()).len()["len"].median())  # type: ignore[arg-type]
    pace = a_day / model.events_per_day
    if not 1 / RHYTHM < pace < RHYTHM:
        return f"it was read {a_day:g} times a day, before the measure {model.events_per_day:g} times"
    if (reported := events.height / (7 * model.events_per_day)) < LEAST_REPORTED:
        return f"only {reported:.0%} of the usual readings came"
    if model.lowest is None or model.highest is None:
        return None
    room = BEYOND * max(abs(model.lowest), abs(model.highest))
    seen = pl.col("done").is_between(model.lowest - room, model.highest + room).fill_null(True)
    beyond = 1 - float(events.select(seen.mean()).item())
    if beyond <= MOST_APART:
        return None
    return (
        f"activity was beyond the {model.lowest:g} to {model.highest:g} of the baseline in {beyond:.0%} of its readings"
    )


def _summed(weeks: Sequence[Week], model: Model, baseline_end: datetime) -> Iterator[Week]:
    """The weeks with what was saved so far."""
    saved = would_be = away = 0.0
    for week in weeks:
        if week.saving is None or week.counterfactual_kg is None:
            yield week
            continue
        saved, would_be = saved + week.saving.kg, would_be + week.counterfactual_kg
        away += week.counterfactual_kg * ((week.starts_at - baseline_end) / WEEK + 0.5)
        so_far = interval(saved, would_be, model, away / would_be)
        yield replace(week, so_far=so_far)


def _kg(amount_kg: float) -> str:
    return f"{amount_kg:,.0f}" if abs(amount_kg) >= 100 else f"{amount_kg:.3g}"
