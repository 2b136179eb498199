"""The cases of what people know in writing: documents and the search over them."""

from collections.abc import Iterator

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.documents import schemas as documents
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal

EMPTY_FILE = ("smoke.txt", b" ", "text/plain")


def knowing() -> Iterator[Case]:
    """A case for each endpoint of documents; nothing is stored."""
    none = {"document_id": LARGEST_ID}
    yield Case("GET", "/documents", list[documents.Document])
    yield Case("POST", "/documents", Refusal, 422, sent={"files": {"file": EMPTY_FILE}})
    question = {"q": "Do fuller lorries emit less?"}
    yield Case("GET", "/documents/search", documents.FoundPassages, sent={"params": question})
    for path in ("", "/passages"):
        yield Case("GET", f"/documents/{{document_id}}{path}", Refusal, 404, none)
    yield Case("DELETE", "/documents/{document_id}", Refusal, 404, none)
