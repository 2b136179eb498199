"""What the RAG service's contract takes and says: the original's fields, and the units and reasons that it lacked."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.documents.model import Status as DocumentStatus
from carbon_nexus.entities.schemas import EventType
from carbon_nexus.recommendations.rag_agree import LARGEST_KG, LONGEST_TITLE
from carbon_nexus.recommendations.schemas import SAVING_UNIT, DecisionNotes, Recommendation

Kg = Annotated[float, Field(ge=0, le=LARGEST_KG, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]


class RagAsked(BaseModel):
    """An excess that needs an explanation and measures; `predicted` and `baseline` are required."""

    supplier: Name | None = Field(None, description="the entity: a supplier, route, factory or warehouse")
    entity: Name | None = Field(None, description="the same under another name; wins over supplier")
    predicted: Kg | None = Field(None, description="kg CO2e that were emitted")
    baseline: Kg | None = Field(None, description="kg CO2e that are typical")
    hotspot_reason: str | None = Field(None, max_length=2000, description="what is known of the cause; repeated")
    event_type: EventType | None = Field(None, description="left out: those of the entity's last 28 days")
    hotspot_id: int | None = Field(None, ge=1, le=LARGEST_ID, description="what is on record for it is the answer")
    save_to_db: bool = Field(False, description="propose for the hotspot now and store it; needs hotspot_id")


class RagMeasure(BaseModel):
    """Something that can be done."""

    title: str
    description: str
    co2_reduction: float | None = Field(
        description="typical saving, simulated on the entity's events; null: see reason"
    )
    co2_reduction_unit: str = SAVING_UNIT
    saving_low_kg: float | None
    saving_high_kg: float | None
    reason: str | None = Field(description="why co2_reduction is null")
    cost_impact: str | None
    feasibility: int | None = Field(description="0 (hardly) to 10 (at once)")
    confidence: float | None = Field(description="0 to 1")
    measure_id: str


class RagRecommended(BaseModel):
    """The answer of /api/rag/recommend."""

    root_cause: str
    actions: list[RagMeasure]
    saved: bool = Field(description="whether the actions are stored as recommendations")
    recommendations: list[Recommendation] = Field(
        description="the stored ones of the hotspot; empty without hotspot_id"
    )
    reason: str | None = Field(description="why there are no actions, or none with a saving")


class RagRecommendations(BaseModel):
    """The answer of GET /api/recommendations."""

    recommendations: list[Recommendation]


class RagMove(DecisionNotes):
    """The body of PATCH /api/recommendations/{id}."""

    status: Literal["pending", "approved", "rejected", "implemented"]


class RagUpload(BaseModel):
    """A document that was sent, and how far its reading is."""

    job_id: UUID
    jobId: UUID = Field(description="the same")
    status: DocumentStatus
    filename: str
    document_id: int = Field(description="of GET /documents/{document_id}")
    passages: int = Field(description="into which it was read")
    error: str | None = Field(description="why it could not be read, and what to do")
    created_at: datetime
    updated_at: datetime


class RagMoved(BaseModel):
    """The recommendation after the move."""

    recommendation: Recommendation
