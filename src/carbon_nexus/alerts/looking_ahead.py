"""What the rules of kind forecast need to know. Never commits, and never fails: without a forecast it says why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl
from loguru import logger
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.forecast_signals import TARGET, TYPICAL, Foreseen
from carbon_nexus.alerts.signals import SUBJECT
from carbon_nexus.baselines.ahead import typical_ahead
from carbon_nexus.forecasts import service as forecasts
from carbon_nexus.forecasts.model import Level
from carbon_nexus.rules.match import expression
from carbon_nexus.rules.model import Rule
from carbon_nexus.targets import service as targets
from carbon_nexus.targets.model import month_of

BEING_MADE = "its forecast is still to be made"
FAILED = "its forecast could not be made; the log tells why"


async def look_ahead(connection: AsyncConnection, tenant_id: int, rules: Sequence[Rule], now: datetime) -> Foreseen:
    """What is foreseen for these rules of kind forecast; without any of them nobody looks."""
    if not rules:
        return Foreseen(now.date())
    outlooks, lack = await _outlooks(connection, tenant_id, now)
    foreseen = Foreseen(now.date(), lack=lack)
    about_targets = [rule for rule in rules if rule.forecast and rule.forecast.against == TARGET]
    if about_targets:
        month = month_of(now.date())
        months = (month, month.next) if _furthest(about_targets, now) >= month.next.first else (month,)
        found = [await targets.courses_in(connection, tenant_id, each, now, outlooks) for each in months]
        foreseen = replace(foreseen, courses=[course for each in found for course in each])
    about_days = [rule for rule in rules if rule.forecast and rule.forecast.against == TYPICAL]
    if about_days and outlooks is not None:
        subjects = await _subjects(connection, tenant_id, outlooks, about_days, now)
        foreseen = replace(foreseen, subjects=subjects)
    return foreseen


async def _outlooks(
    connection: AsyncConnection, tenant_id: int, now: datetime
) -> tuple[pl.DataFrame | None, str | None]:
    try:
        async with connection.begin_nested():
            found = await forecasts.outlooks(connection, tenant_id, now)
    except Exception:  # whatever it was: all other alerts are evaluated all the same
        logger.exception("The forecasts of tenant {} could not be made", tenant_id)
        return None, FAILED
    return (None, BEING_MADE) if found.is_empty() else (found, None)


async def _subjects(
    connection: AsyncConnection, tenant_id: int, outlooks: pl.DataFrame, rules: Sequence[Rule], now: datetime
) -> pl.DataFrame:
    """The forecast series of subjects that a rule matches, with what is typical of the days ahead."""
    matched = pl.any_horizontal(expression(rule.matchers) for rule in rules)
    own = outlooks.filter(pl.col("level") == Level.SUBJECT, matched)
    days = (_furthest(rules, now) - now.date()).days + 1
    typical = await typical_ahead(connection, tenant_id, own, now.date(), days)
    return own.join(typical, on=list(SUBJECT), how="left", maintain_order="left")


def _furthest(rules: Sequence[Rule], now: datetime) -> date:
    """The last day that one of these rules looks at."""
    return now.date() + timedelta(days=max(rule.forecast.within_days for rule in rules if rule.forecast) - 1)
