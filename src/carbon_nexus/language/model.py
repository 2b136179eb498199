"""The words of the language room: what a model is shown, what it claims, and what of that is believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Source:
    """Something a claim may cite by its `id`.

    `text` is what the model reads; only numbers in `numbers` may be repeated from it. `own`: its figures are ours,
    as a measured figure or the packaged library is; a document that somebody sent is not. `decides`: it counts what
    people decided, as figures do; the library, whose trials may be verified, knows of no decision.
    """

    id: str
    text: str
    numbers: str
    own: bool
    decides: bool = False


@dataclass(frozen=True)
class Claim:
    """A sentence of a model, and the ids of the sources it cites."""

    text: str
    sources: tuple[str, ...]


class Grounding(StrEnum):
    """How much of what a model wrote was kept: all of it, some, or nothing."""

    GROUNDED = "grounded"
    PARTLY = "partly"
    UNGROUNDED = "ungrounded"


@dataclass(frozen=True)
class Grounded:
    """The claims that are believed, and how many were dropped."""

    claims: tuple[Claim, ...]
    dropped: int

    @property
    def status(self) -> Grounding:
        """Nothing kept is ungrounded, also where nothing was claimed."""
        if not self.claims:
            return Grounding.UNGROUNDED
        return Grounding.PARTLY if self.dropped else Grounding.GROUNDED


@dataclass(frozen=True)
class Assignment:
    """What a model is to write about: the task in our words, and everything else as data.

    `facts` may be told and not cited; `names` are texts that came with events, and stand in `sources` and `facts`;
    `earlier` are the turns of a conversation, oldest first. `remarks` are texts of others that belong to the facts:
    they are read, and bear out nothing.
    """

    task: str
    sources: Sequence[Source]
    facts: Sequence[str] = ()
    names: Sequence[str] = ()
    earlier: Sequence[str] = ()
    remarks: Sequence[str] = ()
