"""Made events of one entity, and the measure implemented there."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.savings.freeze import freeze
from carbon_nexus.savings.model import Baseline, Implemented, Judgement, Model, Week
from carbon_nexus.savings.observe import EVENT_SCHEMA
from carbon_nexus.savings.verify import judge, weeks_of

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
IN_PLACE = START + timedelta(days=56)
END = IN_PLACE + timedelta(days=84)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def measure(event_type: str = "logistics", acts_on: str | None = "fuel per km", **values: Any) -> Implemented:
    """A measure in place since IN_PLACE, whose episode was long ago."""
    given: dict[str, Any] = {
        "id": 1, "status": "implemented", "entity": "Trunk", "entity_type": "route", "event_type": event_type,
        "measure_id": "M01", "title": "Do it", "implemented_at": IN_PLACE, "acts_on": acts_on,
        "reduction_basis": None, "promised_kg": 100.0, "promised_low_kg": 50.0, "promised_high_kg": 150.0,
        "episode_start": LONG_AGO, "episode_end": LONG_AGO,
    }  # fmt: skip
    return Implemented(**given | values)


def frame(times: Sequence[datetime], kg: npt.ArrayLike, **columns: Any) -> pl.DataFrame:
    """Events (EVENT_SCHEMA), measured unless told otherwise."""
    given: dict[str, Any] = {
        "event_time": times, "co2e_kg": kg, "activity": 1.0, "activity_unit": "event", "filled": False, "tier": "T1",
        "model_version": "set.1", "grid_region": None, "calibrated": False, "load_kg": None, "told": False,
    }  # fmt: skip
    rows = {name: value if np.ndim(value) else [value] * len(times) for name, value in (given | columns).items()}
    return pl.DataFrame({name: list(rows[name]) for name in EVENT_SCHEMA}, schema=EVENT_SCHEMA)


def trips(
    random: np.random.Generator, saving: float = 0.0, busier: float = 1.0, noise: float = 0.05, **columns: Any
) -> pl.DataFrame:
    """Ten trips on each of 140 days, 0.1 kg per t.km; `busier` times the t.km and `saving` less kg since IN_PLACE."""
    times = [START + timedelta(days=day, hours=6 + place) for day in range(140) for place in range(10)]
    after = np.array([time >= IN_PLACE for time in times])
    done = random.uniform(500, 1500, len(times)) * np.where(after, busier, 1.0)
    kg = 0.1 * done * random.lognormal(0, noise, len(times)) * np.where(after, 1 - saving, 1.0)
    return frame(times, kg, **{"activity": done, "activity_unit": "t.km"} | columns)


def readings(random: np.random.Generator, saving: float = 0.0, noise: float = 0.1, **columns: Any) -> pl.DataFrame:
    """A site's hours of 140 days: 50 kg by day, 10 at night, a fifth of it on weekends; `saving` since IN_PLACE."""
    times = [START + timedelta(hours=hour) for hour in range(140 * 24)]
    day = np.array([6 <= time.hour < 20 for time in times])
    usual = np.where(day, 50.0, 10.0) * np.array([1.0 if time.weekday() < 5 else 0.2 for time in times])
    after = np.array([time >= IN_PLACE for time in times])
    kg = usual * random.lognormal(0, noise, len(times)) * np.where(after, 1 - saving, 1.0)
    return frame(times, kg, **columns)


def frozen(of: Implemented, events: pl.DataFrame) -> tuple[Baseline, Model]:
    """The baseline, which must have a model."""
    baseline = freeze(of, events)
    assert isinstance(baseline.of, Model), baseline.of
    return baseline, baseline.of


def compared(of: Implemented, events: pl.DataFrame, now: datetime) -> tuple[list[Week], Judgement]:
    """The weeks over at `now` against the baseline frozen from the events before, and the judgement."""
    baseline, model = frozen(of, events)
    since = events.filter(pl.col("event_time") >= of.implemented_at)
    weeks = weeks_of(of, baseline, model, since, (), now)
    return weeks, judge(of, baseline, weeks)
