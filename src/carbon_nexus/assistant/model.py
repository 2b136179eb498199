"""The words of the assistant: what is asked, the figures and passages found for it, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from carbon_nexus.documents.model import Meaning, Passage
from carbon_nexus.language.model import Claim, Grounding


class Topic(StrEnum):
    """What figures a question can be about."""

    EMISSIONS = "emissions"
    EMITTERS = "emitters"
    HOTSPOTS = "hotspots"
    TOP_HOTSPOTS = "top_hotspots"
    RECOMMENDATIONS = "recommendations"
    FORECAST = "forecast"


class Period(NamedTuple):
    """UTC days, both of them included."""

    first: date
    last: date


@dataclass(frozen=True)
class Question:
    """A question as it was asked; the filters say what its words need not.

    `earlier` are the turns before it, oldest first, as (who, what): who is `user` or `assistant`.
    """

    text: str
    entity: str | None = None
    event_type: str | None = None
    days: int | None = None
    earlier: Sequence[tuple[str, str]] = ()
    ignored: Sequence[str] = ()  # names of filters that are not known


@dataclass(frozen=True)
class Wanted:
    """Which figures a question is about, of what and when; `read_as` tells of names that were not written exactly."""

    topics: frozenset[Topic]
    entities: tuple[str, ...]
    event_type: str | None
    period: Period
    read_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """A question with the figures that it is about, and its `meaning` for the search of passages."""

    question: Question
    wanted: Wanted
    meaning: Meaning | None


@dataclass(frozen=True)
class Figure:
    """A number of the live data: `value` in `unit`, or None and the `reason`.

    `label` says what it counts, `about` names the entities it is of (none: all of them). `detail` is more of ours on
    the same thing, and `source` where it is read: a path of the API or a rollup. `title` is what somebody called it:
    text to read, of which no number or word counts as ours.
    """

    label: str
    value: float | None
    unit: str
    source: str
    about: tuple[str, ...] = ()
    period: Period | None = None
    detail: str = ""
    reason: str | None = None
    title: str = ""


@dataclass(frozen=True)
class Evidence:
    """All that was found for a question; `how` the passages were searched, `notes` what a reader should know."""

    question: Question
    figures: Sequence[Figure]
    passages: Sequence[Passage]
    how: str
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Reply:
    """The answer: its text, in `pieces` that read one after another.

    `claims` are a language model's, kept because the evidence bears them out; `grounding` and `model` are None when no
    model wrote.
    """

    pieces: tuple[str, ...]
    notes: tuple[str, ...]
    claims: tuple[Claim, ...] = field(default=())
    grounding: Grounding | None = None
    dropped: int = 0
    model: str | None = None

    @property
    def text(self) -> str:
        """The whole answer; never empty."""
        return "\n".join(self.pieces)
