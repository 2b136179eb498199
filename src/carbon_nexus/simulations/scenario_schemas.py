"""What the API takes and says about saved scenarios."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.simulations.schemas import (
    ChangeResult,
    Cost,
    PopulationResult,
    PopulationSpec,
    Scopes,
    Text,
)

Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)]
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class ScenarioBody(BaseModel):
    """A scenario as it is written."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(description="one of its own")
    note: Note | None = None
    spec: PopulationSpec


class ScenarioTarget(BaseModel):
    """Where a scenario is recommended: for a hotspot, or for the entity's open one."""

    model_config = ConfigDict(extra="forbid")

    hotspot_id: Id | None = None
    entity: Text | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.hotspot_id is None) == (self.entity is None):
            raise ValueError("give either hotspot_id or entity")
        return self


class Difference(BaseModel):
    """How a run differs from the one before it."""

    run_id: int = Field(description="the run before")
    made_at: datetime
    events: int = Field(description="more events in scope than then")
    baseline_kg: float | None = Field(description="more kg CO2e than then; null: one of the two is not known")
    delta_kg: float | None = Field(description="positive: the changes save less than then")
    because: list[str]


class ScenarioRun(BaseModel):
    """What a scenario came to once."""

    id: int
    version: int = Field(description="of the scenario, when it ran")
    made_by: str
    made_at: datetime
    spec: PopulationSpec
    result: PopulationResult
    since: Difference | None = Field(description="against the run before; null: it is the first")


class ListedScenario(BaseModel):
    """A scenario with what its last run came to."""

    id: int
    name: str
    note: str | None
    version: int = Field(description="rises with every change")
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    run_id: int = Field(description="the last run")
    made_at: datetime
    first_day: date
    last_day: date = Field(description="included")
    factor_set: str
    event_count: int
    baseline_kg: float | None
    delta_kg: float | None
    percent: float | None


class ScenarioAnswer(BaseModel):
    """A scenario with its runs."""

    id: int
    name: str
    note: str | None
    version: int
    spec: PopulationSpec
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    run_count: int
    runs: list[ScenarioRun] = Field(description="the last twenty, newest first")


class ComparedScenario(BaseModel):
    """One column of a comparison: the last run of a scenario."""

    id: int
    name: str
    version: int
    run_id: int
    made_at: datetime
    scope: dict[str, Any]
    first_day: date
    last_day: date
    days: int
    events: int
    factor_set: str
    grid_region: str
    baseline_kg: float | None
    changed_kg: float | None
    delta_kg: float | None
    delta_low_kg: float | None
    delta_high_kg: float | None
    percent: float | None
    per_week_kg: float | None
    per_year_kg: float | None
    reason: str | None
    changes: list[ChangeResult]
    scopes: Scopes
    cost: Cost | None


class ScenarioComparison(BaseModel):
    """Scenarios side by side, in the order they were asked for."""

    comparable: bool = Field(description="false: see warnings")
    warnings: list[str]
    scenarios: list[ComparedScenario]
