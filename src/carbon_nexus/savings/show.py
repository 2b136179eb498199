"""Measures, weeks and baselines as the API shows them."""

from dataclasses import asdict
from typing import Any

from carbon_nexus.savings.ledger import Line, Total, annualised
from carbon_nexus.savings.model import Amount, Baseline, Model, Obstacle, Week
from carbon_nexus.savings.schemas import FrozenBaseline, LedgerTotal, SavingWeek
from carbon_nexus.savings.store import Judged

_TOLD = (
    "entity", "entity_type", "event_type", "measure_id", "title", "status", "implemented_at", "promised_kg",
    "promised_low_kg", "promised_high_kg",
)  # fmt: skip


def shown_line(line: Line, judged: Judged | None) -> dict[str, Any]:
    """The fields of `LedgerLine`."""
    judgement = line.judgement
    return {
        "recommendation_id": line.measure.id,
        **{name: getattr(line.measure, name) for name in _TOLD},
        "weeks": judgement.weeks,
        **_saved(judgement.saved),
        "annualised_kg": annualised(judgement.saved, judgement.weeks),
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "judged_by": judged and judged.by,
        "judged_at": judged and judged.at,
        "jointly_with": sorted(line.measure.others),
    }


def shown_total(total: Total, promised_kg: float) -> LedgerTotal:
    """Of several measures."""
    count, year = len(total.ids), total.annualised_kg
    return LedgerTotal(
        count=count,
        promised_kg=promised_kg,
        unpromised_count=total.unpromised,
        **_saved(total.saved),
        annualised_kg=year,
    )


def shown_week(week: Week) -> SavingWeek:
    """One week; its intervals side by side."""
    saving, so_far, counted = week.saving, week.so_far, week.counted
    return SavingWeek(
        **{name: getattr(week, name) for name in ("week", "starts_at", "ends_at", "actual_kg", "counterfactual_kg")},
        **_amount(saving, "saving_kg", "low_kg", "high_kg"),
        **_amount(so_far, "cumulative_kg", "cumulative_low_kg", "cumulative_high_kg"),
        event_count=counted.events,
        filled_count=counted.filled,
        filled_kg=counted.filled_kg,
        unestimated_count=counted.unestimated,
        unmatched_count=counted.unmatched,
        reason=week.reason,
    )


def shown_baseline(baseline: Baseline | None) -> FrozenBaseline | None:
    """The frozen baseline; null where there is none yet."""
    if baseline is None:
        return None
    obstacle = baseline.of if isinstance(baseline.of, Obstacle) else None
    return FrozenBaseline(
        window_start=baseline.window_start,
        window_end=baseline.window_end,
        event_count=baseline.events,
        day_count=baseline.days,
        obstacle=obstacle and obstacle.verdict,
        reason=obstacle and obstacle.reason,
        model=asdict(baseline.of) if isinstance(baseline.of, Model) else None,
    )


def _saved(amount: Amount | None) -> dict[str, float | None]:
    return _amount(amount, "saved_kg", "saved_low_kg", "saved_high_kg")


def _amount(amount: Amount | None, *names: str) -> dict[str, float | None]:
    values = (None, None, None) if amount is None else (amount.kg, amount.low_kg, amount.high_kg)
    return dict(zip(names, values, strict=True))
