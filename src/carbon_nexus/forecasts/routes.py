"""HTTP of the forecasts."""

import asyncio
from typing import Any

from fastapi import APIRouter

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.forecasts.forecast import seven_days
from carbon_nexus.forecasts.model import Forecast
from carbon_nexus.forecasts.schemas import EmissionsForecast, HistoryRequest, SevenDays
from carbon_nexus.forecasts.service import emissions_ahead
from carbon_nexus.kit.clock import Now

router = APIRouter(tags=["forecasts"])


@router.get("/emissions/forecast")
async def emissions_forecast(connection: Connection, tenant_id: Tenant, now: Now) -> EmissionsForecast:
    """Total kg CO2e of today and the next six UTC days, from the recorded days before."""
    forecast, dates = await emissions_ahead(connection, tenant_id, now)
    return EmissionsForecast(**_fields(forecast), dates=list(dates))


@router.post("/api/v1/forecast/7d")
async def forecast_history(request: HistoryRequest) -> SevenDays:
    """Seven days ahead of a posted daily series, by the same engine."""
    forecast = await asyncio.to_thread(seven_days, request.history)
    return SevenDays(**_fields(forecast))


def _fields(forecast: Forecast) -> dict[str, Any]:
    return {
        "forecast": forecast.values,
        "confidence_low": forecast.low,
        "confidence_high": forecast.high,
        "status": forecast.status,
        "reason": forecast.reason,
        "history_days": forecast.history_days,
    }
