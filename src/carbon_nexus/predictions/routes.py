"""HTTP of stored estimates: a page of them, one, and one written out line by line."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import PlainTextResponse

from carbon_nexus.access.requests import Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, json_rows
from carbon_nexus.entities.schemas import EventType, Text
from carbon_nexus.predictions import stored as predictions
from carbon_nexus.predictions.requests import Estimates
from carbon_nexus.predictions.schemas import ExplainedPrediction, StoredPrediction
from carbon_nexus.predictions.text import as_text

router = APIRouter(prefix="/predictions", tags=["emissions"])

PredictionId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Id of the estimate, which is its event's")]
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no estimate of this id."}}
PLAIN = "text/plain"


class Format(StrEnum):
    """How an explanation is written."""

    JSON = "json"
    TEXT = "text"


@router.get("", response_model=list[StoredPrediction])
async def list_predictions(
    connection: Connection,
    tenant: Tenant,
    entity: Annotated[Text | None, Query(description="Filter by entity")] = None,
    event_type: Annotated[EventType | None, Query(description="Filter by event type")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Stored estimates, newest event first. There is no total: of millions, counting takes longer than the page."""
    rows = await predictions.page(connection, tenant, entity, event_type, limit, cursor)
    return json_rows(rows, {"X-Next-Cursor": str(rows[-1]["id"])} if len(rows) == limit else None)


@router.get("/{prediction_id}", responses=UNKNOWN)
async def get_prediction(prediction_id: PredictionId, connection: Connection, tenant: Tenant) -> StoredPrediction:
    """The stored estimate of one event."""
    return StoredPrediction(**await predictions.one(connection, tenant, prediction_id))


@router.get(
    "/{prediction_id}/explain",
    response_model=ExplainedPrediction,
    responses={**UNKNOWN, 200: {"content": {PLAIN: {"schema": {"type": "string"}}}}},
)
async def explain_prediction(
    prediction_id: PredictionId,
    connection: Connection,
    tenant: Tenant,
    estimator: Estimates,
    format: Annotated[Format | None, Query(description="Without it, what Accept asks for; else json")] = None,
    accept: Annotated[str, Header()] = "",
) -> ExplainedPrediction | Response:
    """How one estimate comes about: every line with the numbers put in, every factor with its source.

    It is worked out again from what is stored of the event; `agrees` says whether that comes to the stored number.
    """
    found = await predictions.explained(connection, tenant, prediction_id, estimator.basis)
    explained = ExplainedPrediction(**found)
    wants_text = format is Format.TEXT or (format is None and accept.startswith(PLAIN))
    return PlainTextResponse(as_text(explained)) if wants_text else explained
