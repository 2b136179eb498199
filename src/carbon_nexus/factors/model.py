"""The words of the room: factor, rate, boundary, factor set, energy function. Standard library only.

A *boundary* says how much of an energy's life a number covers. Two numbers of different boundary, unit or set of
warming potentials are never added by accident: `Rate` refuses the sum.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from math import fsum

from carbon_nexus.errors import CarbonNexusError, NotFound


class UnknownFactor(NotFound):
    """No emission factor has this id, or no edition of the set has this name."""

    code = "unknown_factor"


class UnknownFactorSet(NotFound):
    """There is no set of emission factors of this name."""

    code = "unknown_factor_set"


class UnknownRegion(CarbonNexusError):
    """There is no grid of this code in the factor set."""

    status, code = 422, "unknown_region"


class FactorSetChanged(CarbonNexusError):
    """The packaged factors differ from the digest their set was published with."""

    code = "factor_set_changed"


class MixedBoundaries(TypeError):
    """A sum of numbers that do not cover the same thing in the same unit: a slip in the program, not in an input."""


class MissingPart(LookupError):
    """The factor's source does not give this part: a slip in the program, which has to ask first."""


class Boundary(StrEnum):
    """How much of an energy's life a number covers."""

    DIRECT = "direct"
    """Fuel burnt (tank to wheel) or electricity generated: scope 1 or 2."""
    UPSTREAM = "upstream"
    """Well to tank, and the losses of the grid: scope 3 category 3."""
    FULL_CHAIN = "full chain"
    """Well to wheel, or the whole life of a generation mix."""


class Status(StrEnum):
    """Whether the value was read in its own publication or in a transcription still to be checked."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Rate:
    """An emission per unit of something, such as .177 kgCO2e/kWh, with what it covers and where it comes from."""

    value: float
    unit: str
    boundary: Boundary
    gwp_set: str
    factor_id: str

    def __add__(self, other: "Rate") -> "Rate":
        """The sum of two rates of the same unit, boundary and warming potentials. Else raises MixedBoundaries."""
        _refuse_mixed(self, other)
        if self.boundary != other.boundary:
            raise MixedBoundaries(
                f"{self.factor_id} is {self.boundary}, {other.factor_id} is {other.boundary}: "
                "full_chain() alone adds a direct and an upstream part."
            )
        return _sum(self.boundary, (self, other))

    def __mul__(self, number: float) -> "Rate":
        """The rate scaled by a plain number; unit and boundary stay."""
        return Rate(self.value * number, self.unit, self.boundary, self.gwp_set, self.factor_id)

    __rmul__ = __mul__


def full_chain(direct: Rate, *upstream: Rate) -> Rate:
    """Direct and all upstream parts as one rate of the full chain: the only way there from the parts.

    Raises MixedBoundaries when `direct` is not direct, a part of `upstream` is not upstream, or units or warming
    potentials differ.
    """
    for rate, boundary in ((direct, Boundary.DIRECT), *((part, Boundary.UPSTREAM) for part in upstream)):
        _refuse_mixed(direct, rate)
        if rate.boundary != boundary:
            raise MixedBoundaries(f"{rate.factor_id} is {rate.boundary}, where the {boundary} part belongs.")
    return _sum(Boundary.FULL_CHAIN, (direct, *upstream))


def _refuse_mixed(one: Rate, other: Rate) -> None:
    for word, a, b in (("unit", one.unit, other.unit), ("GWP set", one.gwp_set, other.gwp_set)):
        if a != b:
            raise MixedBoundaries(f"{one.factor_id} has the {word} {a!r}, {other.factor_id} {b!r}.")


def _sum(boundary: Boundary, rates: tuple[Rate, ...]) -> Rate:
    # Generation and its well to tank stand in one factor: its id is named once.
    ids = dict.fromkeys(part for rate in rates for part in rate.factor_id.split(" + "))
    first = rates[0]
    return Rate(fsum(rate.value for rate in rates), first.unit, boundary, first.gwp_set, " + ".join(ids))


@dataclass(frozen=True, slots=True)
class Factor:
    """One published value, immutable, with everything a reviewer asks for. What a source does not give is None.

    `direct`, `upstream` and `full_chain` are emissions in `unit`; `direct_co2`, `direct_ch4` and `direct_n2o` are
    the kg CO2e of each gas within `direct`; `biogenic_co2` is kg CO2 outside the scopes. `value` is for what is no
    emission (kWh/km, GWP100, %/year, kWh/m2/year). `boundary` says in words what the numbers cover. `gwp_set` is
    empty where no warming potential entered. `valid_from` and `valid_to` are the days of activity it was made for.
    `uncertainty_pct` is the half-width of the 95 % interval.
    """

    id: str
    direct: float | None
    upstream: float | None
    full_chain: float | None
    value: float | None
    direct_co2: float | None
    direct_ch4: float | None
    direct_n2o: float | None
    biogenic_co2: float | None
    unit: str
    publisher: str
    table: str
    year: int
    region: str
    boundary: str
    gwp_set: str
    licence: str
    url: str
    valid_from: date | None
    valid_to: date | None
    uncertainty_pct: float | None
    status: Status
    note: str

    @property
    def edition(self) -> str:
        """Publisher and edition, the id up to its first slash: `desnz-2025`."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """What the factor is of, the same in every edition: `hgv-artic-over-33t/average-laden/km`."""
        return self.id.partition("/")[2]

    @property
    def parts(self) -> frozenset[str]:
        """Which of direct, upstream, full_chain and value the source gives."""
        return frozenset(part for part in PARTS if getattr(self, part) is not None)

    def rate(self, boundary: Boundary) -> Rate:
        """The part of this boundary as a rate. Raises MissingPart when the source does not give it."""
        value = {Boundary.DIRECT: self.direct, Boundary.UPSTREAM: self.upstream, Boundary.FULL_CHAIN: self.full_chain}
        if (number := value[boundary]) is None:
            raise MissingPart(f"{self.id} has no {boundary} part.")
        return Rate(number, self.unit, boundary, self.gwp_set, self.id)


PARTS = ("direct", "upstream", "full_chain", "value")


@dataclass(frozen=True, slots=True, eq=False)
class FactorSet:
    """Editions in an order, as one library. `factors` are all by id, `named` the one that counts for each name.

    `status`: primary, secondary (it leans on transcriptions still to be checked) or superseded. `digest` is the
    SHA-256 of all rows. `passed_over` says of a name why an edition of higher priority does not count for it.
    """

    name: str
    status: str
    editions: tuple[str, ...]
    digest: str
    factors: Mapping[str, Factor]
    named: Mapping[str, Factor]
    passed_over: Mapping[str, str]

    def get(self, name: str) -> Factor | None:
        """The factor that counts for this name; None when no edition has it."""
        return self.named.get(name)

    def find(self, name: str) -> Factor:
        """As `get`. Raises UnknownFactor, naming near names, when no edition has it."""
        if found := self.named.get(name):
            return found
        raise UnknownFactor(f"No edition of {self.name} has a factor named {name!r}.", near(name, self.named))

    def counts(self, factor: Factor) -> bool:
        """Whether this factor is the one for its name, or another edition stands before it."""
        return self.named.get(factor.name) is factor

    def factor(self, factor_id: str) -> Factor:
        """The factor of this id, whether it counts for its name or not. Raises UnknownFactor naming near ids."""
        if found := self.factors.get(factor_id):
            return found
        raise UnknownFactor(f"There is no factor {factor_id!r} in {self.name}.", near(factor_id, self.factors))


def plain_word(word: str) -> str:
    """A word as it is compared: case, spaces and dashes do not matter."""
    return re.sub(r"[\s\-]+", "_", word.lower())


def near(wanted: str, known: Mapping[str, object]) -> str:
    """A sentence naming up to three known words like the wanted one; empty when none is like it."""
    found = get_close_matches(wanted[:200], known, n=3, cutoff=0.6)
    return f"Near: {', '.join(found)}." if found else ""


@dataclass(frozen=True, slots=True)
class EnergyFunction:
    """Energy of one vehicle segment over its mean speed (EMEP/EEA guidebook 1.A.3.b, hot, tank to wheel).

    MJ/km = (alpha v2 + beta v + gamma + delta / v) / (epsilon v2 + zita v + hta) x (1 - reduction_pct / 100), v in
    km/h kept within `min_kmh` and `max_kmh`. `load` is the share of the payload (0, .5, 1) and `slope` the rise per
    length; None where the guidebook has no such dimension. `check_mj_per_km` are published results at
    CHECK_SPEEDS_KMH, slope and load as here, rounded to four places.
    """

    category: str
    segment: str
    fuel: str
    euro: str
    technology: str
    slope: float | None
    load: float | None
    min_kmh: float
    max_kmh: float
    alpha: float
    beta: float
    gamma: float
    delta: float
    epsilon: float
    zita: float
    hta: float
    reduction_pct: float
    check_mj_per_km: tuple[float, ...]


CHECK_SPEEDS_KMH = (20, 30, 50, 70, 85)
