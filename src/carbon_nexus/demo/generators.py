"""Seeded fill-in where no measured set may be shipped. Everything that comes from here is simulated.

Two kinds: freight runs with a payload, and delivery rounds with stops and drops. Each (route, day) has its
own random generator, seeded from (SEED, route code, day), so a day comes out the same whatever window asks
for it. Formulas in words and symbols: docs/demo-data.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

SEED = 20180101

DAY_OPENS_MINUTE, DAY_CLOSES_MINUTE = 5 * 60, 21 * 60
LOAD_SHARE_SPREAD = 0.10
LEAST_LOAD_SHARE = 0.20
HALF_EMPTY_CHANCE = 0.08
DETOUR_CHANCE, DETOUR_FACTOR = 0.05, 1.5
# Free-flow speed in town and its loss in full congestion, km/h: declared assumptions of the delivery method.
FREE_SPEED_KMH, CONGESTION_LOSS, LEAST_SPEED_KMH = 40.0, 0.75, 8.0
TRAFFIC_SPREAD = 1.5

# Something to find: every other day one of the simulated series has a bad day, each in its turn. A lane loses a good
# part of its load, an area drives around a closed road.
LOST_LOAD, ROAD_CLOSED = 0.4, 1.7

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FreightLane:
    """A lane driven by one truck class: its full payload, usual share of it, mean speed, and runs per day."""

    code: str
    route_id: str
    supplier_id: str
    vehicle_type: str
    lane_km: float
    payload_kg: float
    load_share: float
    speed_kmh: float
    runs_workday: int
    runs_weekend: int


@dataclass(frozen=True)
class DeliveryArea:
    """An area served by vans of one fuel: km and drops of a usual round, mean traffic on the 1-10 scale."""

    code: str
    route_id: str
    supplier_id: str
    fuel_type: str
    round_km: float
    drops: int
    traffic: float
    rounds_workday: int
    rounds_saturday: int


# Payload at full load and average load share per class: derived from the UK DESNZ 2025 freight rows
# (17.86 t and 68 %, 8.92 t and 65 %, 4.75 t and 35 %); payloads are cut to ten kilograms below, so that a
# full truck is full and not overloaded. Speeds: the reference speeds of the estimator's
# method.
LANES = (
    FreightLane(
        "north-south", "North - South Trunk", "Calder Haulage", "hgv_artic_over_33t", 240, 17850, 0.68, 70, 14, 4
    ),
    FreightLane("port-inland", "Port - Inland Hub", "Calder Haulage", "hgv_rigid_over_17t", 85, 8910, 0.65, 50, 20, 6),
    FreightLane(
        "regional", "Regional Distribution", "Bramley Express", "hgv_rigid_7.5t_to_17t", 60, 4740, 0.35, 50, 22, 0
    ),
)

# Drops and kilometres of the diesel round: Edwards et al. 2010 (120 drops, 80 km). The electric area is
# assumed.
AREAS = (
    DeliveryArea("city-centre", "City Centre Rounds", "Swiftlet Couriers", "electric", 45, 90, 6.5, 8, 4),
    DeliveryArea("suburbs", "Suburban Rounds", "Swiftlet Couriers", "diesel", 80, 120, 4.0, 8, 4),
)


def freight_runs(lane: FreightLane, start: datetime, end: datetime) -> pl.DataFrame:
    """Simulated runs of a lane on every whole day that touches [start, end) (naive UTC)."""
    return pl.concat([_lane_day(lane, day) for day in _days(start, end)])


def delivery_rounds(area: DeliveryArea, start: datetime, end: datetime) -> pl.DataFrame:
    """Simulated rounds of an area on every whole day that touches [start, end) (naive UTC)."""
    return pl.concat([_area_day(area, day) for day in _days(start, end)])


def _lane_day(lane: FreightLane, day: date) -> pl.DataFrame:
    runs = lane.runs_workday if day.weekday() < 5 else lane.runs_weekend
    rng = _generator(lane.code, day)
    minute = _departures(rng, runs)
    distance_km = lane.lane_km * np.exp(rng.normal(0.0, 0.02, runs))
    share = np.clip(rng.normal(lane.load_share, LOAD_SHARE_SPREAD, runs), LEAST_LOAD_SHARE, 1.0)
    share = np.where(rng.random(runs) < HALF_EMPTY_CHANCE, share / 2, share) * (LOST_LOAD if is_bad(lane, day) else 1)
    speed_kmh = lane.speed_kmh * np.exp(rng.normal(0.0, 0.06, runs))
    return pl.DataFrame(
        {
            "timestamp": _at(day, minute),
            "distance_km": np.round(distance_km, 1),
            "load_kg": np.round(lane.payload_kg * share),
            "speed": np.round(speed_kmh, 1),
            "stop_events": rng.poisson(distance_km * usual_stops_per_km(speed_kmh)),
            "external_id": _numbered(f"lane-{lane.code}", day, runs),
        },
        schema_overrides={"external_id": pl.String, "stop_events": pl.Int64},
    )


def _area_day(area: DeliveryArea, day: date) -> pl.DataFrame:
    rounds = area.rounds_workday if day.weekday() < 5 else area.rounds_saturday if day.weekday() == 5 else 0
    rng = _generator(area.code, day)
    minute = _departures(rng, rounds)
    drops = rng.poisson(area.drops, rounds)
    traffic: Floats = np.clip(rng.normal(area.traffic, TRAFFIC_SPREAD, rounds), 1.0, 10.0).round(1)
    detour = np.where(rng.random(rounds) < DETOUR_CHANCE, DETOUR_FACTOR, 1.0)
    # 40 % of a round is the way out and back, whatever is delivered; the rest grows with the drops.
    usual_km = area.round_km * (0.4 + 0.6 * drops / area.drops)
    distance_km = usual_km * detour * np.exp(rng.normal(0.0, 0.05, rounds)) * (ROAD_CLOSED if is_bad(area, day) else 1)
    return pl.DataFrame(
        {
            "timestamp": _at(day, minute),
            "distance_km": np.round(distance_km, 1),
            "speed": np.round(speed_in_traffic(traffic), 1),
            "traffic_score": traffic,
            "stop_events": drops - rng.binomial(drops, 0.1),  # one drop in ten shares a stop with another
            "delivery_count": drops,
            "external_id": _numbered(f"area-{area.code}", day, rounds),
        },
        schema_overrides={"external_id": pl.String, "stop_events": pl.Int64, "delivery_count": pl.Int64},
    )


def is_bad(series: FreightLane | DeliveryArea, day: date) -> bool:
    """Whether this is the day on which something is wrong with this series."""
    turn, rest = divmod(day.toordinal(), 2)
    return rest == 0 and (*LANES, *AREAS).index(series) == turn % len((*LANES, *AREAS))


def usual_stops_per_km(speed_kmh: Floats) -> Floats:
    """Stops per km at a mean speed: exp(1.2995 - 0.04407 v), fitted on 132 measured car trips (R2 0.89)."""
    return np.exp(1.2995 - 0.04407 * speed_kmh)


def speed_in_traffic(traffic_score: Floats) -> Floats:
    """Mean speed in town, km/h, at a traffic score of 1 (free) to 10 (jammed): 40 (1 - 0.75 q), 8 at least."""
    congestion = (traffic_score - 1.0) / 9.0
    return np.clip(FREE_SPEED_KMH * (1.0 - CONGESTION_LOSS * congestion), LEAST_SPEED_KMH, FREE_SPEED_KMH)


def _generator(code: str, day: date) -> np.random.Generator:
    # crc32, not hash(): the built-in differs from process to process.
    return np.random.default_rng([SEED, crc32(code.encode()), day.toordinal()])


def _departures(rng: np.random.Generator, n: int) -> npt.NDArray[np.int64]:
    return np.sort(rng.integers(DAY_OPENS_MINUTE, DAY_CLOSES_MINUTE, n))


def _at(day: date, minute: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    return np.datetime64(day, "us") + minute * np.timedelta64(60_000_000, "us")


def _numbered(prefix: str, day: date, n: int) -> list[str]:
    return [f"{prefix}:{day.isoformat()}#{number:02d}" for number in range(1, n + 1)]


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start.date()
    while datetime(day.year, day.month, day.day) < end:
        yield day
        day += timedelta(days=1)
