"""What the dashboards' first numbers say, and why one of them may be missing. Pure: sums in, answer out."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from carbon_nexus.emissions.schemas import CurrentEmissions, EmissionsSummary, MonthToDate

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some window: kg CO2e and number of the events with an estimate, number of those without.

    `measured_kg` is what of the kg comes from metered fuel or electricity, without values that stand in.
    """

    co2e_kg: float
    estimated: int
    unestimated: int
    measured_kg: float

    @property
    def events(self) -> int:
        """All events, with and without an estimate."""
        return self.estimated + self.unestimated

    def __add__(self, more: "Totals") -> "Totals":
        """Both windows together."""
        pairs = zip(astuple(self), astuple(more), strict=True)
        return Totals(*(one + other for one, other in pairs))


@dataclass(frozen=True, slots=True)
class Window:
    """The last 24 hours (or `length`) before `now` as far as hourly sums can tell: it starts with a full hour.

    So it is up to one hour longer than its length, and rates are divided by the real one.
    """

    now: datetime
    length: timedelta = DAY

    @property
    def start(self) -> datetime:
        return (self.now - self.length).replace(minute=0, second=0, microsecond=0)

    @property
    def end(self) -> datetime:
        """Start of the first hour that has not begun: sums of later hours belong to events dated ahead."""
        return self.now.replace(minute=0, second=0, microsecond=0) + HOUR

    @property
    def today(self) -> datetime:
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def month_before_today(self) -> tuple[date, date]:
        """First and last UTC day of the month before today; on the first of a month there is none between them."""
        return self.today.date().replace(day=1), (self.today - DAY).date()

    @property
    def hours(self) -> float:
        return (self.now - self.start) / HOUR


def current(
    window: Window,
    during: Totals,
    day_before: Totals,
    today: Totals,
    before_today: Totals,
    categories: Mapping[str, float],
    last_updated: datetime | None,
) -> CurrentEmissions:
    """The state of the last 24 hours; `day_before` holds the sums of the 24 hours before the window.

    `today` holds those of the UTC day so far, `before_today` those of the UTC month's days before it.
    """
    rate = during.co2e_kg / window.hours if during.estimated else None
    trend, trend_reason = _trend(rate, day_before)
    return CurrentEmissions(
        current_rate=rate,
        reason=_rate_reason(during),
        trend=trend,
        trend_reason=trend_reason,
        categories=dict(categories),
        total_today=today.co2e_kg,
        last_updated=last_updated,
        prediction_count=during.events,
        unestimated_count=during.unestimated,
        window_start=window.start,
        window_end=window.now,
        measured_share=share_of(during.measured_kg, during.co2e_kg),
        today_measured_share=share_of(today.measured_kg, today.co2e_kg),
        month_to_date=_month_to_date(window, before_today + today),
    )


def share_of(part_kg: float, whole_kg: float) -> float | None:
    """The part over the whole, 0 to 1; None where the whole is nothing."""
    return part_kg / whole_kg if whole_kg > 0 else None


def uncounted(estimated: int, unestimated: int) -> str | None:
    """What the sum of these events does not count, or why there is none; None: it counts all."""
    events = estimated + unestimated
    if not events:
        return "no event in this time"
    if not estimated:
        return f"none of the {events} events has an estimate"
    return f"{unestimated} of {events} events have no estimate and are not counted" if unestimated else None


def summary(totals: Totals, active: int, critical: int) -> EmissionsSummary:
    """All recorded emissions, their mean per event with an estimate (kg CO2e), and the active hotspots."""
    return EmissionsSummary(
        total_emissions=totals.co2e_kg,
        average_emissions=totals.co2e_kg / totals.estimated if totals.estimated else None,
        event_count=totals.events,
        unestimated_count=totals.unestimated,
        active_hotspots=active,
        critical_hotspots=critical,
    )


def _month_to_date(window: Window, month: Totals) -> MonthToDate:
    return MonthToDate(
        month=f"{window.now:%Y-%m}",
        co2e_kg=month.co2e_kg if month.estimated else None,
        measured_kg=month.measured_kg if month.estimated else None,
        measured_share=share_of(month.measured_kg, month.co2e_kg),
        event_count=month.events,
        unestimated_count=month.unestimated,
        reason=uncounted(month.estimated, month.unestimated),
    )


def _rate_reason(during: Totals) -> str | None:
    if not during.events:
        return "no event in the last 24 hours"
    if not during.estimated:
        return f"none of the {during.events} events in the last 24 hours has an estimate"
    if during.unestimated:
        return f"{during.unestimated} of {during.events} events have no estimate and are not counted"
    return None


def _trend(rate: float | None, day_before: Totals) -> tuple[float | None, str | None]:
    """Percent change of the rate against the 24 hours before the window, or why there is none."""
    if rate is None:
        return None, "there is no current rate"
    if not day_before.estimated:
        return None, "no event with an estimate in the 24 hours before"
    rate_before = day_before.co2e_kg / (DAY / HOUR)
    if rate_before == 0:
        return None, "the rate of the 24 hours before is zero"
    return 100 * (rate / rate_before - 1), None
