"""What the factor library says over HTTP: factors, sets, changes between sets, grid regions."""

from datetime import date

from pydantic import BaseModel, Field

from carbon_nexus.factors.diff import Change
from carbon_nexus.factors.model import Boundary, Status


class FactorRow(BaseModel):
    """One published value with everything a reviewer asks for; what its source does not give is null."""

    id: str = Field(description="<edition>/<name>")
    direct: float | None = Field(description="Fuel burnt or electricity generated, in `unit`")
    upstream: float | None = Field(description="Well to tank and grid losses, in `unit`")
    full_chain: float | None = Field(description="Well to wheel or life-cycle in one number, in `unit`")
    value: float | None = Field(description="A number that is no emission, in `unit`")
    direct_co2: float | None = Field(description="kg CO2 within `direct`")
    direct_ch4: float | None = Field(description="kg CO2e of CH4 within `direct`")
    direct_n2o: float | None = Field(description="kg CO2e of N2O within `direct`")
    biogenic_co2: float | None = Field(description="kg CO2 outside the scopes")
    unit: str
    publisher: str
    table: str
    year: int
    region: str
    boundary: str = Field(description="What the numbers cover, in words")
    gwp_set: str = Field(description="Warming potentials; empty where none entered")
    licence: str
    url: str
    valid_from: date | None = Field(description="First day of activity it was made for")
    valid_to: date | None
    uncertainty_pct: float | None = Field(description="Half-width of the 95 % interval; null: no source says")
    status: Status = Field(description="secondary: read in a transcription still to be checked")
    note: str


class FactorInSets(FactorRow):
    """A factor and where it counts."""

    sets: dict[str, bool] = Field(description="The sets that hold it: whether it counts there for its name")


class FactorOfSet(FactorRow):
    """A factor within one set."""

    counts: bool = Field(description="Whether it counts for its name, or another edition stands before it")


class FactorPage(BaseModel):
    """One page of a set's factors."""

    factor_set: str
    digest: str = Field(description="SHA-256 of all rows of the set")
    total: int = Field(description="Factors under the filter")
    limit: int
    offset: int
    factors: list[FactorOfSet]


class FactorSetFacts(BaseModel):
    """One named set."""

    name: str
    status: str = Field(description="primary, secondary (leans on transcriptions) or superseded")
    default: bool = Field(description="Whether it is used where none is named")
    digest: str = Field(description="SHA-256 of all rows")
    editions: tuple[str, ...] = Field(description="Highest priority first: the first that has a name counts")
    factors: int
    passed_over: dict[str, str] = Field(description="By name: why an edition of higher priority does not count")


class SetDifference(BaseModel):
    """What an upgrade from one set to another changes."""

    old: str
    new: str
    changed: int = Field(description="Numbers that differ")
    added: int
    removed: int
    changes: list[Change]


class RateRow(BaseModel):
    """An emission per kWh."""

    value: float
    unit: str
    boundary: Boundary
    gwp_set: str
    factor_id: str


class GridRegionRow(BaseModel):
    """What electricity from one grid emits; a part its sources do not give is null."""

    region: str = Field(description="The code to give as grid region")
    name: str
    year: int
    direct: RateRow | None = Field(description="Generation, scope 2")
    wtt: RateRow | None = Field(description="Well to tank of generation, scope 3 category 3")
    losses: RateRow | None = Field(description="Transmission and distribution and their well to tank")
    full_chain: RateRow
    hourly: bool = Field(description="Whether there is a profile over the day")
    uncertainty_pct: float | None
    factor_ids: tuple[str, ...]
    note: str


class GridRegions(BaseModel):
    """The grids of a set."""

    factor_set: str
    digest: str
    regions: list[GridRegionRow]
