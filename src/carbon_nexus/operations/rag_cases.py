"""The cases of the RAG service's contract."""

from collections.abc import Iterator
from uuid import UUID

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.recommendations import rag_schemas as rag

NOTHING = ("smoke.txt", b"", "text/plain")


def asking() -> Iterator[Case]:
    """A case for each endpoint of the RAG service; nothing is stored."""
    nobody = {"predicted": 2, "baseline": 1, "hotspot_id": LARGEST_ID}
    yield Case("POST", "/api/rag/recommend", Refusal, 404, sent={"json": nobody})
    yield Case("GET", "/api/recommendations", rag.RagRecommendations)
    approved = {"json": {"status": "approved"}}
    yield Case("PATCH", "/api/recommendations/{rec_id}", Refusal, 404, {"rec_id": LARGEST_ID}, approved)
    yield Case("POST", "/api/upload", Refusal, 422, sent={"files": {"file": NOTHING}})
    yield Case("GET", "/api/upload/{upload_id}/status", Refusal, 404, {"upload_id": str(UUID(int=0))})
