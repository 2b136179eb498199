"""What the routes of this room answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from carbon_nexus.documents.model import Language, Status


class Document(BaseModel):
    """A document and how far it is."""

    id: int
    upload_id: UUID = Field(description="The same document at the original's address.")
    filename: str
    media_type: str
    size_bytes: int
    sha256: str = Field(description="Of the file as sent; the same file is one document.")
    title: str | None = Field(description="As told, or its first heading, or its file's name; null until it is read.")
    language: Language | None = Field(description="As told, or found out; null until it is read.")
    status: Status
    error: str | None = Field(description="Why it could not be read, and what to do.")
    pages: int | None = Field(description="Of a PDF; null for what has no pages, and until it is read.")
    passages: int = Field(description="Into which it was read.")
    created_by: str
    created_at: datetime
    updated_at: datetime


class UploadedDocument(Document):
    """A document that was sent."""

    known: bool = Field(description="The same file was sent before: this is that document.")


class DocumentPassage(BaseModel):
    """A piece of a document."""

    id: int
    ordinal: int = Field(description="From 0, in the order of the document.")
    page: int | None
    heading: str = Field(description="The headings it stands under, from the outermost.")
    text: str


class FoundPassage(BaseModel):
    """A passage that may answer the question: of a document or of a measure."""

    id: int
    document_id: int | None = Field(description="Null for a measure.")
    measure_id: str | None = Field(description="Null for a piece of a document.")
    title: str = Field(description="Of the document or the measure.")
    page: int | None
    heading: str
    text: str
    score: float = Field(description="Orders this answer; not comparable with another's.")


class FoundPassages(BaseModel):
    """Passages for a question, best first."""

    passages: list[FoundPassage]
    how: Literal["text", "hybrid"] = Field(description="By words alone, or by meaning as well.")
    note: str | None = Field(description="Why not by meaning, where a model is configured.")
