"""What the assistant is asked and says."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from carbon_nexus.activities.model import EVENT_TYPES
from carbon_nexus.assistant.compose import figure_id, figure_text, passage_id
from carbon_nexus.assistant.figures import LONGEST_DAYS
from carbon_nexus.assistant.model import Evidence, Question, Reply
from carbon_nexus.documents.model import LONGEST_QUESTION
from carbon_nexus.language.model import Grounding

MOST_TURNS = 20
LONGEST_TURN = 20_000  # an answer without a model lists all it found
MOST_IGNORED = 5


def _without_nul(text: str) -> str:
    if "\x00" in text:  # PostgreSQL knows any character but this one
        raise ValueError("must not contain a NUL character")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must say something")
    return _without_nul(text)


def _event_type(text: str) -> str:
    if text not in EVENT_TYPES:
        raise ValueError(f"must be one of {', '.join(EVENT_TYPES)}")
    return text


class Filters(BaseModel):
    """What a question is about beside its words. Others are not applied, and the answer's notes say so."""

    model_config = ConfigDict(extra="allow")

    entity: Annotated[str, Field(max_length=200), AfterValidator(_not_blank)] | None = Field(
        None, description="name of a route, site or supplier"
    )
    event_type: Annotated[str, AfterValidator(_event_type)] | None = None
    days: int | None = Field(None, ge=1, le=LONGEST_DAYS, description="UTC days up to today")


class Turn(BaseModel):
    """What was said before, and by whom."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=LONGEST_TURN), AfterValidator(_without_nul)]


class Query(BaseModel):
    """A question."""

    question: Annotated[str, Field(max_length=LONGEST_QUESTION), AfterValidator(_not_blank)]
    filters: Filters | None = None
    stream: bool = Field(False, description="answer as server-sent events; so does Accept: text/event-stream")

    def asked(self) -> Question:
        """The question in the room's words."""
        filters = self.filters or Filters()
        ignored = [name[:40] for name in (filters.model_extra or {})][:MOST_IGNORED]
        return Question(self.question, filters.entity, filters.event_type, filters.days, self.turns(), ignored)

    def turns(self) -> list[tuple[str, str]]:
        """What was said before."""
        return []


class Chat(Query):
    """A question of a conversation."""

    history: list[Turn] = Field(default_factory=list, max_length=MOST_TURNS, description="oldest first")

    def turns(self) -> list[tuple[str, str]]:
        return [(turn.role, turn.content) for turn in self.history]


class Window(BaseModel):
    """UTC days, both included."""

    first: date
    last: date


class LiveFigure(BaseModel):
    """A number of the live data."""

    id: str = Field(description="what the answer cites it by, such as F1")
    text: str = Field(description="the whole figure as a line")
    value: int | float | None = Field(description="null: see reason")
    unit: str
    window: Window | None = Field(description="null: as of now")
    about: list[str] = Field(description="the entities it is of; empty: all")
    source: str = Field(description="where it is read: a path of this API, or a rollup of the database")
    reason: str | None


class Citation(BaseModel):
    """A passage that was found, best first."""

    id: str = Field(description="what the answer cites it by, such as P1")
    title: str
    heading: str
    page: int | None
    document_id: int | None = Field(description="null: of a measure")
    measure_id: str | None = Field(description="null: of a document")
    text: str
    score: float = Field(description="orders the passages of one answer, and says no more")


class Answer(BaseModel):
    """An answer with its sources."""

    answer: str = Field(description="never empty; [F1] and [P1] are the figures and citations below")
    citations: list[Citation]
    figures: list[LiveFigure]
    how: str = Field(description="how the passages were found: text, or hybrid (by meaning too)")
    grounded: Grounding | None = Field(description="how much of what the model wrote was kept; null: no model wrote")
    dropped: int = Field(description="sentences of the model without a source, or with a number that none has")
    model: str | None = Field(description="the language model; null: none wrote")
    notes: list[str]


def answer_of(evidence: Evidence, reply: Reply) -> Answer:
    """The answer as it is sent."""
    return Answer(
        answer=reply.text,
        citations=citations_of(evidence),
        figures=figures_of(evidence),
        how=evidence.how,
        grounded=reply.grounding,
        dropped=reply.dropped,
        model=reply.model,
        notes=list(reply.notes),
    )


def figures_of(evidence: Evidence) -> list[LiveFigure]:
    """The figures, in the order of their ids."""
    return [
        LiveFigure(
            id=figure_id(place),
            text=figure_text(each),
            value=each.value,
            unit=each.unit,
            window=Window(first=each.period.first, last=each.period.last) if each.period else None,
            about=list(each.about),
            source=each.source,
            reason=each.reason,
        )
        for place, each in enumerate(evidence.figures)
    ]


def citations_of(evidence: Evidence) -> list[Citation]:
    """The passages, in the order of their ids."""
    return [
        Citation(
            id=passage_id(place),
            title=each.title,
            heading=each.heading,
            page=each.page,
            document_id=each.document_id,
            measure_id=each.measure_id,
            text=each.text,
            score=each.score,
        )
        for place, each in enumerate(evidence.passages)
    ]
