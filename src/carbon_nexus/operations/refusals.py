"""The errors of every endpoint, put into its documentation: they arise around the rooms, which cannot list them."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from carbon_nexus.access.keys import OPEN_PATHS

REASONS = {
    400: "The request cannot be read or answered.",
    401: "No valid API key.",
    404: "There is no such thing.",
    409: "The move is not legal from the present state.",
    413: "The body is larger than the limit.",
    422: "A value breaks a rule; `detail` lists each one.",
    500: "The server failed; its log says more under the request's id.",
    503: "The database does not answer.",
}
SHAPE = "Refusal"
REPLACED = ("HTTPValidationError", "ValidationError")  # the framework's own shape, which no answer of ours has


class Refusal(BaseModel):
    """The one shape of every error."""

    detail: str | list[dict[str, Any]] = Field(description="what is wrong; of a 422 the list of problems")
    code: str = Field(description="stable name of the kind of error")
    remedy: str = Field(description="what to do about it; may be empty")


def document_refusals(document: dict[str, Any]) -> dict[str, Any]:
    """Complete an OpenAPI document in place: each operation gets its error statuses, all of one shape."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas[SHAPE] = Refusal.model_json_schema()
    for name in REPLACED:
        schemas.pop(name, None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _document(operation["responses"], _statuses(path, method))
    return document


def _statuses(path: str, method: str) -> Iterator[int]:
    yield from (500, 503)
    if path not in OPEN_PATHS:
        yield 401
    if "{" in path:
        yield 404
    if method in ("post", "put", "patch"):
        yield from (400, 413, 422)
        if "{" in path:
            yield 409


def _document(responses: dict[str, Any], statuses: Iterator[int]) -> None:
    for status in sorted(statuses):
        responses.setdefault(str(status), {"description": REASONS[status]})
    for told, answer in responses.items():
        if int(told) >= 400:
            answer["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{SHAPE}"}}}
