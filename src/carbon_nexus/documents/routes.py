"""HTTP of the documents: send, list, read, delete, search."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from sqlalchemy import func, select

from carbon_nexus.access.requests import Actor, Tenant
from carbon_nexus.db.engine import Connection
from carbon_nexus.db.pages import LARGEST_ID, Cursor, json_rows, newest_page
from carbon_nexus.db.tables import documents, passages
from carbon_nexus.documents import schemas, service, store
from carbon_nexus.documents.model import (
    LARGEST_FILE_BYTES,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    Language,
    Sent,
    Status,
)
from carbon_nexus.errors import InvalidInput
from carbon_nexus.kit import paths  # noqa: F401  the convertor `id`
from carbon_nexus.kit.clock import Now

router = APIRouter(prefix="/documents", tags=["documents"])

UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such document."}}
REFUSED: dict[int | str, dict[str, Any]] = {
    200: {"model": schemas.UploadedDocument, "description": "The same file was sent before."},
    413: {"description": "Larger than is read."},
    422: {"description": "Nothing was stored: empty, or of no kind that is read."},
}
DocumentId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PassageId = Annotated[
    int | None, Query(ge=1, le=LARGEST_ID, description="Begin so that this passage is in the middle; not with a cursor")
]
UNNAMED = "document"


@router.post("", status_code=202, responses=REFUSED)
async def upload_document(
    response: Response, connection: Connection, tenant: Tenant, actor: Actor, now: Now,
    file: Annotated[UploadFile, File(description="PDF, DOCX, Markdown or plain text, at most 20 MB.")],
    title: Annotated[str | None, Form(max_length=LONGEST_TITLE)] = None,
    language: Annotated[Language | None, Form(description="Found out where it is not told.")] = None,
) -> schemas.UploadedDocument:  # fmt: skip
    """Send a document; a worker reads it into passages that searches find and recommendations cite.

    Sending the same file again gives the same document with 200; one that could not be read is tried again.
    """
    content = await file.read(LARGEST_FILE_BYTES + 1)  # one more than is taken: the rest of a larger one stays on disk
    sent = Sent(file.filename or UNNAMED, content, title, language)
    document, is_new = await service.upload(connection, tenant, sent, actor, now)
    response.status_code = 202 if is_new else 200
    return schemas.UploadedDocument(**document, known=not is_new)


@router.get("", response_model=list[schemas.Document])
async def list_documents(
    connection: Connection,
    tenant: Tenant,
    status: Annotated[Status | None, Query(description="Filter by status")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Documents, newest first."""
    return await newest_page(connection, documents, store.listed(tenant, status), limit, cursor)


@router.get("/search")
async def search_documents(
    request: Request,
    tenant: Tenant,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST_QUESTION, description="A question, or words")],
    limit: Annotated[int, Query(ge=1, le=50)] = 5,
) -> schemas.FoundPassages:
    """Passages of your documents and of measures that may answer a question, best first."""
    question = q.replace("\0", " ")
    meaning = await service.meaning_of(question, request.app.state.embedder)
    async with request.app.state.engine.begin() as connection:  # and not while a model is waited for
        found = await service.search(connection, tenant, question, limit, meaning)
    return schemas.FoundPassages.model_validate(asdict(found))


@router.get("/{document_id:id}", responses=UNKNOWN)
async def get_document(document_id: DocumentId, connection: Connection, tenant: Tenant) -> schemas.Document:
    """One document: how far it is, and why it could not be read."""
    return schemas.Document.model_validate(await service.get_document(connection, tenant, document_id))


@router.get("/{document_id:id}/passages", responses=UNKNOWN, response_model=list[schemas.DocumentPassage])
async def list_passages(
    document_id: DocumentId,
    connection: Connection,
    tenant: Tenant,
    around: PassageId = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Cursor = None,
) -> Response:
    """What was read of it, in its order, from its beginning or around one passage."""
    await service.get_document(connection, tenant, document_id)
    first = cursor or 0
    if around is not None:
        _refuse_both(around, cursor)
        first = await service.first_around(connection, tenant, document_id, around, limit)
    pieces = store.pieces_of(tenant, document_id)
    total = await connection.scalar(select(func.count()).select_from(pieces.subquery()))
    rows = (await connection.execute(pieces.where(passages.c.ordinal >= first).limit(limit))).mappings().all()
    headers = {"X-Total-Count": str(total)}
    if len(rows) == limit:
        headers["X-Next-Cursor"] = str(rows[-1]["ordinal"] + 1)
    return json_rows(rows, headers)


@router.delete("/{document_id:id}", status_code=204, responses=UNKNOWN)
async def delete_document(document_id: DocumentId, connection: Connection, tenant: Tenant, actor: Actor) -> None:
    """Delete a document with its file and its passages. The deletion is on the audit trail."""
    await service.delete_document(connection, tenant, document_id, actor)


def _refuse_both(around: int, cursor: int | None) -> None:
    if cursor is not None:
        told = f"around says where the page begins, so does cursor {cursor}: leave one of them out"
        problem = {"type": "value_error", "loc": ["query", "around"], "msg": told, "input": around}
        raise InvalidInput([problem], "The X-Next-Cursor of an answer goes on behind it.")
