"""The words of the room: proposal, and the life of a recommendation. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a recommendation is in its life."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    IMPLEMENTED = "implemented"
    VERIFIED = "verified"
    NOT_EFFECTIVE = "not_effective"


class Cause(StrEnum):
    """What the excess of an episode comes from."""

    LOAD = "load"
    SPEED = "speed"
    STOPS = "stops"
    DENSITY = "density"
    VEHICLE = "vehicle"
    FUEL = "fuel"
    CONSUMPTION = "consumption"
    VOLUME = "volume"
    COOLING = "cooling"
    PROCESS = "process"
    HOURS = "hours"
    ENERGY_USE = "energy_use"
    FUEL_USE = "fuel_use"
    GRID = "grid"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Refusal:
    """Why a move was not made."""

    reason: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What one cause adds to an episode's kg CO2e; the effects of several causes overlap and do not add up."""

    cause: Cause
    effect_kg: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a hotspot stands out: the cause, one sentence with the figures, and the effects that were weighed.

    `excess_kg` is what the episode's weighed events emitted above typical.
    """

    hotspot_id: int
    cause: Cause
    root_cause: str
    excess_kg: float
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Held:
    """What a move needs to know of a recommendation; `proposers`: who proposed it, and who last asked for that.

    `event_count` is of its hotspot: 0 where all events were taken back since.
    """

    status: Status
    created_at: datetime
    assignee: str | None
    proposers: frozenset[str]
    event_count: int


@dataclass(frozen=True)
class Proposal:
    """A recommendation before it has a row. Savings in kg CO2e per 28 days, null
    where they cannot be simulated (the provenance says why); `feasibility` 0-10, `confidence` 0-1.

    `rank` is its place among those of its hotspot, null for one that a person asked for; `returns_because` says what
    has changed since the measure was rejected, or found not effective, for the same entity.
    """

    measure_id: str
    title: str
    description: str
    co2_reduction_kg: float | None
    saving_low_kg: float | None
    saving_high_kg: float | None
    cost_impact: str
    payback_months: float | None
    feasibility: int
    confidence: float
    cause: Cause
    root_cause: str
    rank: int | None
    returns_because: str | None
    provenance: Mapping[str, Any]
