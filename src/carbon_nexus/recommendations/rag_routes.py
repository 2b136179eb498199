"""HTTP of the original RAG service's contract, served by ourselves."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile
from sqlalchemy import select

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, newest
from carbon_nexus.db.tables import recommendations
from carbon_nexus.documents import service as documents
from carbon_nexus.documents import store as document_store
from carbon_nexus.documents.model import LARGEST_FILE_BYTES, Sent
from carbon_nexus.errors import BadRequest, NotFound
from carbon_nexus.kit.clock import Now
from carbon_nexus.predictions.requests import Estimates
from carbon_nexus.recommendations import rag_service, rag_store
from carbon_nexus.recommendations.model import Status
from carbon_nexus.recommendations.moves import move
from carbon_nexus.recommendations.rag_schemas import (
    RagAsked,
    RagMove,
    RagMoved,
    RagRecommendations,
    RagRecommended,
    RagUpload,
)
from carbon_nexus.recommendations.rag_served import Told, shown

router = APIRouter(prefix="/api", tags=["rag"])
UNNAMED = "document"


@router.post("/rag/recommend")
async def recommend(
    asked: RagAsked, connection: Connection, tenant_id: Tenant, actor: Actor, now: Now, estimator: Estimates
) -> RagRecommended:
    """Root cause and measures for an excess: of a stored hotspot, of an entity's own events, or of the library."""
    told = _told(asked)
    if asked.hotspot_id is not None:
        save_as = actor if asked.save_to_db else None
        return await rag_service.recommend_for_hotspot(
            connection, tenant_id, asked.hotspot_id, told, now, estimator.basis, save_as=save_as
        )
    if asked.save_to_db:
        remedy = "Send its hotspot_id, or save_to_db false."
        raise BadRequest("save_to_db is true and hotspot_id is missing: recommendations belong to a hotspot.", remedy)
    return await rag_service.recommend(connection, tenant_id, told, now, estimator.basis)


@router.get("/recommendations")
async def list_recommendations(
    response: Response, connection: Connection, tenant_id: Tenant,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    supplier_id: Annotated[str | None, Query(max_length=200, description="Filter by entity")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> RagRecommendations:  # fmt: skip
    """Recommendations, newest first; X-Total-Count tells how many there are."""
    own = recommendations.c
    rows = select(recommendations).where(own.tenant_id == tenant_id)
    if status is not None:
        rows = rows.where(own.status == status)
    if supplier_id is not None:
        rows = rows.where(own.supplier_id == supplier_id)
    found, headers = await newest(connection, recommendations, rows, limit, None)
    response.headers["X-Total-Count"] = headers["X-Total-Count"]
    return RagRecommendations(recommendations=[shown(row) for row in found])


@router.patch("/recommendations/{rec_id}")
async def move_recommendation(
    rec_id: Annotated[int, Path(ge=1, le=LARGEST_ID)], asked: RagMove, request: Request,
    connection: Connection, tenant_id: Tenant, actor: Actor, now: Now,
) -> RagMoved:  # fmt: skip
    """Approve, reject or implement one; 404 for an unknown one, 409 for a move there is not, as back to pending."""
    four_eyes = request.app.state.settings.approval_four_eyes
    to = Status(asked.status)
    await move(connection, tenant_id, rec_id, to, actor, asked.notes, now, four_eyes=four_eyes)
    return RagMoved(recommendation=shown(await rag_store.one(connection, tenant_id, rec_id)))


@router.post("/upload")
async def upload_document(
    connection: Connection, tenant_id: Tenant, actor: Actor, now: Now,
    file: Annotated[UploadFile, File(description="PDF, DOCX, Markdown or plain text, at most 20 MB.")],
) -> RagUpload:  # fmt: skip
    """Send a document, as to POST /documents; a worker reads it. The same file again is the same job."""
    content = await file.read(LARGEST_FILE_BYTES + 1)  # one byte more than is read tells that it is too large
    sent = Sent(file.filename or UNNAMED, content)
    document, _ = await documents.upload(connection, tenant_id, sent, actor, now)
    return _upload(document)


@router.get("/upload/{upload_id}/status")
async def upload_status(upload_id: str, connection: Connection, tenant_id: Tenant) -> RagUpload:
    """How far the reading of a document is, and why it failed."""
    try:
        document = await document_store.find(connection, tenant_id, upload_id=UUID(upload_id))
    except ValueError:  # no UUID, so the id of nothing
        document = None
    if document is None:
        raise NotFound(f"There is no upload {upload_id}.", "GET /documents lists all, with their upload_id.")
    return _upload(document)


def _upload(document: dict[str, Any]) -> RagUpload:
    key = document["upload_id"]
    return RagUpload(**document, job_id=key, jobId=key, document_id=document["id"])


def _told(asked: RagAsked) -> Told:
    """Raises BadRequest where a number is missing that the contract requires."""
    if asked.predicted is None or asked.baseline is None:
        missing = " and ".join(name for name in ("predicted", "baseline") if getattr(asked, name) is None)
        raise BadRequest(f"{missing} missing.", "Send predicted and baseline in kg CO2e.")
    entity = asked.entity or asked.supplier
    return Told(entity, asked.predicted, asked.baseline, asked.hotspot_reason, asked.event_type)
