"""The words of the room: a forecast with its bands, or why there is none. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

HORIZON_DAYS = 7
ENOUGH_DAYS = 14
MODEL_VERSION = "weekday-level.1"


class Status(StrEnum):
    """Whether the history carried a forecast."""

    OK = "ok"
    INSUFFICIENT_HISTORY = "insufficient_history"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seven days ahead of a daily series, in the unit of the series; first entry: the day after the last one given.

    `low` and `high` hold the 95 % band. Without enough history all three are empty and `reason` says what is
    missing. A single None is a weekday the recent history has never measured; `reason` names it too.
    """

    status: Status
    history_days: int
    values: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    reason: str | None = None
