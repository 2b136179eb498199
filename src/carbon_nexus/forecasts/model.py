"""The words of the room: what is forecast, how, with which bands, or why not. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

HORIZON_DAYS = 7
LONGEST_HORIZON = 31
ENOUGH_DAYS = 14
PROFILE_DAYS = 56  # in which ENOUGH_DAYS must lie, and from which a weekday is known
ENDED_DAYS = 14  # without a measurement, after which a series has ended
HISTORY_DAYS = 400  # older days change nothing
LARGEST_VALUE = 1e15  # taken, in any unit: all of humanity emits some 1.6e11 kg CO2e a day
QUANTILES = (0.025, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.975)
LEVELS = {60: (0.2, 0.8), 80: (0.1, 0.9), 90: (0.05, 0.95), 95: (0.025, 0.975)}
"""Lower and upper quantile of a band, by its nominal coverage in percent."""

MODEL_VERSION = "weekly-outlook.2"


class Status(StrEnum):
    """Whether the history carried a forecast."""

    OK = "ok"
    INSUFFICIENT_HISTORY = "insufficient_history"


class Level(StrEnum):
    """What a series adds up: all of a tenant, an event type, an entity, an entity's events of one type.

    `rest` is what an event type has beside its subjects with a forecast of their own.
    """

    TENANT = "tenant"
    EVENT_TYPE = "event_type"
    ENTITY = "entity"
    SUBJECT = "subject"
    REST = "rest"


class Method(StrEnum):
    """How the points of a series were made."""

    HOLT_WINTERS = "holt-winters"  # robust, weekly, on the log scale; from 56 days on
    WEEKDAY_LEVEL = "weekday-level"  # a weekday profile on a robust level, on the log scale
    WEEKDAY_MEAN = "weekday-mean"  # of series with many days of zero; linear
    ZERO = "zero"  # nothing but zeros so far
    SHARE = "share"  # the rest: its share of the last 7 days
    SUM = "sum"  # of its parts


class Metric(StrEnum):
    """What of a day is forecast: kg CO2e, or the number of events with an estimate."""

    CO2E_KG = "co2e_kg"
    EVENT_COUNT = "event_count"


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
