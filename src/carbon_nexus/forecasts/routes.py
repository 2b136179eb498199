"""HTTP of the forecasts."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.entities.schemas import Text
from carbon_nexus.forecasts import show
from carbon_nexus.forecasts.forecast import seven_days
from carbon_nexus.forecasts.model import HORIZON_DAYS, LEVELS, LONGEST_HORIZON, MODEL_VERSION, Metric, Status
from carbon_nexus.forecasts.schemas import EmissionsForecast, ForecastAnswer, HistoryRequest, SevenDays, Standing
from carbon_nexus.forecasts.service import Run, ahead, last_week
from carbon_nexus.forecasts.show import Asked, Row
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["forecasts"])

ENDS = ("low", "high")
ERROR = ("origins", "mase", "coverage_80", "coverage_95", "winkler_95")
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "Nothing like that is on record."}}


def _levels(told: str) -> str:
    known = [str(level) for level in LEVELS]
    if unknown := [part for part in told.split(",") if part not in known]:
        raise ValueError(f"level '{unknown[0]}' must be one of {', '.join(known)}, or several with a comma between")
    return told


Levels = Annotated[str, AfterValidator(_levels), Query(max_length=20, description="Bands in percent: 60, 80, 90, 95")]


@router.get("/emissions/forecast")
async def emissions_forecast(connection: Connection, tenant_id: Tenant, now: Now) -> EmissionsForecast:
    """Total kg CO2e of today and the next six UTC days, from the recorded days before."""
    run, row = await ahead(connection, tenant_id, now, Asked(levels=(95,)))
    if row is None or run.origin_day is None:
        return EmissionsForecast(**_being_made(run), confidence_low=[], confidence_high=[], history_days=0)
    low, high = ([value for band in show.bands(row, (95,), HORIZON_DAYS) for value in band[end]] for end in ENDS)
    return EmissionsForecast(
        **_told(run, row),
        forecast=row["points"][:HORIZON_DAYS],
        confidence_low=low,
        confidence_high=high,
        history_days=row["history_days"],
        dates=show.days_ahead(row, run.origin_day, HORIZON_DAYS),
    )


@router.get("/forecasts", responses=UNKNOWN)
async def forecasts(
    connection: Connection,
    tenant_id: Tenant,
    now: Now,
    entity: Annotated[Text | None, Query(description="Of this entity; absent: of all together")] = None,
    entity_type: Annotated[
        Text | None, Query(description="Which, where entities of several types share a name")
    ] = None,
    event_type: Annotated[Text | None, Query(description="Of these events; absent: of all together")] = None,
    metric: Annotated[Metric, Query(description="kg CO2e, or the number of events")] = Metric.CO2E_KG,
    horizon: Annotated[int, Query(ge=1, le=LONGEST_HORIZON, description="Days ahead, today being the first")] = 7,
    level: Levels = "80,95",
) -> ForecastAnswer:
    """Days ahead of the tenant, an event type, an entity, or an entity's events of one type.

    Stored once a day, and made anew when days of its history have changed.
    """
    levels = tuple(sorted({int(each) for each in level.split(",")}))
    asked = Asked(entity, entity_type, event_type, metric, horizon, levels)
    run, row = await ahead(connection, tenant_id, now, asked)
    of = {"metric": metric, "unit": show.UNITS[metric]}
    if row is None or run.origin_day is None:
        series = {name: getattr(asked, name) for name in show.KEY}
        nothing: dict[str, Any] = {"total": None, "window": None, "last": None, "model": None, "bands": [], "parts": []}
        return ForecastAnswer(**of, **nothing, **_being_made(run), series=series)
    return ForecastAnswer(
        **of,
        **_told(run, row),
        series={name: row[name] for name in show.KEY},
        dates=show.days_ahead(row, run.origin_day, horizon),
        forecast=row["points"][:horizon],
        bands=show.bands(row, levels, horizon),
        total=show.total(row, levels, horizon),
        parts=show.parts(run.series, row, horizon),
        model=row["model"] and f"{row['model']}, {MODEL_VERSION}",
        window={name: row[name] for name in ("first_day", "last_day", "history_days")},
        last=await last_week(connection, tenant_id, run, row, metric),
    )


@router.post("/api/v1/forecast/7d")
async def forecast_history(request: HistoryRequest) -> SevenDays:
    """Seven days ahead of a posted daily series, by the same engine."""
    forecast = await asyncio.to_thread(seven_days, request.history)
    return SevenDays(
        forecast=list(forecast.values),
        confidence_low=list(forecast.low),
        confidence_high=list(forecast.high),
        status=forecast.status,
        reason=forecast.reason,
        history_days=forecast.history_days,
    )


def _told(run: Run, row: Row) -> dict[str, Any]:
    error = {name: row[name] for name in ERROR} if row["status"] == Status.OK else None
    said = {"status": row["status"], "reason": row["reason"], "filled_share": row["filled_share"]}
    return {**said, "measured_error": error, **_freshness(run)}


def _being_made(run: Run) -> dict[str, Any]:
    none: dict[str, Any] = {"forecast": [], "dates": [], "filled_share": None, "measured_error": None}
    return {**none, "status": Standing.BEING_MADE, "reason": run.stale, **_freshness(run)}


def _freshness(run: Run) -> dict[str, Any]:
    return {"made_at": run.made_at, "stale": run.stale is not None, "stale_reason": run.stale}
