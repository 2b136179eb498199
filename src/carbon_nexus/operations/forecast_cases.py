"""The cases of forecasts of what is on record."""

from collections.abc import Iterator

from carbon_nexus.forecasts import schemas as forecasts
from carbon_nexus.operations.case import Case


def looking_ahead() -> Iterator[Case]:
    """A case for each way to look ahead of the recorded emissions."""
    yield Case("GET", "/emissions/forecast", forecasts.EmissionsForecast)
    yield Case("GET", "/forecasts", forecasts.ForecastAnswer)
