"""The words of the what-if over real events: a checked change, the events it acts on, what is accounted of events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
import numpy.typing as npt
import polars as pl

from carbon_nexus.measures.model import Measure

MOST_EVENTS = 2_000_000
MOST_ESTIMATES = 20_000_000  # of events with every set of the changes that meet on them: some two minutes
MOST_ENTITIES = 20  # shown, those with the largest deltas

Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

SCOPES = ("scope_1", "scope_2", "scope_3", "not_told_apart")
AMOUNTS = ("electricity_kwh", "fuel_litres", "distance_km")
DETAILS = ("co2e_kg", "half_kg", "factor", *SCOPES, *AMOUNTS)
"""What is accounted of an event, on either side: kg CO2e, the upper half of its 95 % interval, which formula and factor
it was made with (equal: they err together), kg by scope, and amounts (null: not known)."""


class Effect(Enum):
    """What a change does to an input: scale the event's own, set a number, put a word there, or take it away."""

    SCALES = auto()
    SETS = auto()
    NAMES = auto()
    REMOVES = auto()


@dataclass(frozen=True, slots=True)
class Planned:
    """A checked change. `number` is its place from 1; `sentence` says it in words.

    `aims` marks the events it is meant for; `values` are the inputs it gives them. Those in `shares` are so much of the
    event's own, up to `highest`. `vehicle` is the change of vehicle or fuel as a measure, which knows what can be
    replaced; `measure` stands alone, in the place of all this.
    """

    number: int
    name: str | None
    sentence: str
    aims: pl.Expr
    values: Mapping[str, pl.Expr]
    shares: Mapping[str, float] = field(default_factory=dict)
    highest: Mapping[str, float] = field(default_factory=dict)
    vehicle: Measure | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class Acted:
    """Where a change acts: `rows` of the events, rising; the new inputs of each; what it does to every input.

    `shares` are those it scales by the same part everywhere. `left_out` has reason and events: how many it was meant
    for and cannot be made to.
    """

    number: int
    rows: Rows
    values: pl.DataFrame
    effects: Mapping[str, Effect]
    shares: Mapping[str, float]
    left_out: pl.DataFrame
