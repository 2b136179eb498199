"""What the API says and takes about recommendations."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from carbon_nexus.db.pages import LARGEST_ID

SAVING_UNIT = "kg CO2e per 28 days"
MOST_AT_ONCE = 500
LONGEST_TEXT = 2000


def _without_nul(text: str) -> str:
    if "\x00" in text:  # PostgreSQL stores any character but this one
        raise ValueError("must not contain a NUL character")
    return text


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), AfterValidator(_without_nul)]
LongText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S"), AfterValidator(_without_nul)]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_without_nul), AfterValidator(str.strip)]


class Recommendation(BaseModel):
    """A measure recommended for a hotspot, with the saving it would have made on the entity's last 28 days."""

    id: int
    hotspot_id: int
    supplier_id: str = Field(description="the hotspot's entity: a supplier, route, factory or warehouse")
    measure_id: str = Field(description="of GET /measures; rag: of a RAG service; person: in a person's own words")
    title: str
    description: str
    co2_reduction: float | None = Field(description="typical saving, simulated; null: provenance says the reason")
    co2_reduction_unit: str = Field(SAVING_UNIT, description="unit of co2_reduction and of the saving range")
    saving_low_kg: float | None
    saving_high_kg: float | None
    cost_impact: str | None
    payback_months: float | None = Field(description="null where cost or yearly saving is not known")
    feasibility: int | None = Field(description="0 (hardly) to 10 (at once); library words high 8, medium 5, low 2")
    confidence: float | None = Field(description="0 to 1, by evidence grade: A 0.8, B 0.6, C 0.3")
    cause: str | None = Field(description="of its hotspot's excess, such as load or fuel")
    root_cause: str | None = Field(description="what the hotspot's own numbers say")
    rank: int | None = Field(description="1: the first of its hotspot; provenance says why")
    engine: str = Field(description="embedded, or rag: a separate RAG service")
    status: str = Field(description="pending, approved, rejected, implemented, verified or not_effective")
    returns_because: str | None = Field(description="what has changed since the measure was rejected for its entity")
    provenance: dict[str, Any] = Field(description="source, published range, window and events of the simulation")
    proposed_by: str = Field(description="propose: the program; else who proposed it")
    assignee: str | None
    decided_by: str | None
    decision_notes: str | None
    decided_at: datetime | None
    implemented_by: str | None
    implemented_at: datetime | None = Field(description="since when the measure is in place")
    verified_at: datetime | None = Field(description="when its real effect was judged")
    created_at: datetime
    updated_at: datetime


class Diagnosed(BaseModel):
    """Why the hotspot stands out."""

    cause: str
    root_cause: str = Field(description="one sentence with the episode's own figures")
    effects: list[dict[str, Any]] = Field(description="kg CO2e that each cause adds; they overlap")
    remote: str | None = Field(description="of a separate RAG service: waiting, answered, failed; null: none is asked")
    remote_detail: str | None
    summary: dict[str, Any] | None = Field(description="what a language model wrote, with citations; null: none did")


class HotspotDiagnosis(Diagnosed):
    """The diagnosis of a hotspot, with its recommendations or the reason for none."""

    hotspot_id: int
    recommendation_ids: list[int]
    nothing_because: str | None = Field(description="why nothing was proposed; null where something was")
    created_at: datetime
    updated_at: datetime


class SuppliedSaving(BaseModel):
    """What is saved of one supply of one entity, such as its propulsion or its electricity."""

    entity: str = Field(description="type, name and kind of event, such as route/Trunk/logistics")
    supply: str
    ids: list[int]
    plain_sum_kg: float
    saving_kg: float


class NotCounted(BaseModel):
    """A recommendation that does not count, and why."""

    id: int
    reason: str


class Combined(BaseModel):
    """What several recommendations save together: remaining shares of the same supply multiply."""

    saving_kg: float = Field(description="kg CO2e per 28 days of all together")
    plain_sum_kg: float = Field(description="what it would be if savings added up, which they do not")
    unit: str = SAVING_UNIT
    why: str
    supplies: list[SuppliedSaving]
    left_out: list[NotCounted]


class OneRecommendation(Recommendation):
    """A recommendation with why its hotspot stands out, and what its hotspot's recommendations save together."""

    diagnosis: Diagnosed | None = Field(description="null: none is stored")
    combined: Combined = Field(description="of all of its hotspot that are neither rejected nor not effective")


class TimelineEntry(BaseModel):
    """One entry of the audit trail about a recommendation."""

    id: int
    at: datetime
    action: str
    actor: str = Field(description="a key's digest, `local`, or what acted by itself: propose, verify")
    notes: str | None = Field(description="why; of a comment its text")
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class DecisionNotes(BaseModel):
    """The optional body of approve and reject."""

    model_config = ConfigDict(extra="forbid")

    notes: Words | None = Field(None, description="why; kept with the decision and on the audit trail")


class RejectionNotes(DecisionNotes):
    """The optional body of reject; `reason` and `notes` are the same, and only one of them is needed."""

    reason: Words | None = Field(None, description="why not; a rejected measure returns only when the case has changed")

    @property
    def why(self) -> str | None:
        """The reason that was given, under either name; both if they differ."""
        given = dict.fromkeys(text for text in (self.reason, self.notes) if text)
        return "\n".join(given) or None


class Implemented(DecisionNotes):
    """The optional body of implement."""

    model_config = ConfigDict(extra="forbid")

    implemented_at: AwareDatetime | None = Field(None, description="since when the measure is in place; null: now")


class Comment(BaseModel):
    """Something to say about it."""

    model_config = ConfigDict(extra="forbid")

    text: LongText


class Assignment(BaseModel):
    """Who is to look after it; null: nobody."""

    model_config = ConfigDict(extra="forbid")

    assignee: Text | None


class ManyApproved(DecisionNotes):
    """Recommendations to approve together."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ManyRejected(RejectionNotes):
    """Recommendations to reject together."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


class NotMoved(BaseModel):
    """A recommendation that was left as it is, and why."""

    id: int
    code: str = Field(description="not_found, conflict or four_eyes")
    reason: str


class ManyDecided(BaseModel):
    """What became of each."""

    status: str = Field(description="of those that were decided")
    decided: list[int]
    refused: list[NotMoved]


class NewRecommendation(BaseModel):
    """What a person proposes for a hotspot: a measure of GET /measures, or something else in own words."""

    model_config = ConfigDict(extra="forbid")

    hotspot_id: Id
    measure_id: Text | None = Field(None, description="its saving is simulated")
    title: Text | None = Field(None, description="in own words: the saving is not known")
    description: LongText | None = None
    cost_impact: LongText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "NewRecommendation":
        words = (self.title, self.description, self.cost_impact)
        if self.measure_id is not None and any(words):
            raise ValueError("measure_id stands alone: title, description and cost_impact are the measure's")
        if self.measure_id is None and not (self.title and self.description):
            raise ValueError("give measure_id, or title and description")
        return self


class Decided(BaseModel):
    """The answer to a decision."""

    status: str
    recommendation_id: int
    message: str


class RecommendationStats(BaseModel):
    """Counts of recommendations, and what those decided for would save."""

    total: int
    by_status: dict[str, int]
    total_co2_reduction: float = Field(description="approved and implemented ones together; see the unit")
    co2_reduction_unit: str = SAVING_UNIT
