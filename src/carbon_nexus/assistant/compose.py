"""What is shown to a language model, and the answer in words: with its claims, or without any model. Pure."""

from collections.abc import Iterator

from carbon_nexus.assistant.model import Evidence, Figure, Period, Reply
from carbon_nexus.documents.model import Passage
from carbon_nexus.language.model import Assignment, Claim, Grounded, Grounding, Source
from carbon_nexus.measures.own import number_of

TURNS_SHOWN, TURN_SHOWN = 6, 1_000  # of a conversation, to a model; characters of each
EXCERPT = 300  # characters of a passage in a plain answer; the citation has all of it
NO_MODEL = "No language model is configured"
UNGROUNDED = "Nothing that the language model wrote is borne out by what was found"
SHOWN = "these are the figures found and the passages that fit best."
NOTHING = (
    "Nothing was found: no passage of the documents and measures fits, and no figure is asked about. Ask about "
    "emissions, hotspots, recommendations or the forecast, name an entity, or send a document."
)


def figure_id(place: int) -> str:
    """The id that a claim cites a figure by; places count from 0."""
    return f"F{place + 1}"


def passage_id(place: int) -> str:
    """The id that a claim cites a passage by; places count from 0."""
    return f"P{place + 1}"


def figure_text(figure: Figure) -> str:
    """A figure as a line: what, of whom, how much, when."""
    names = ", ".join(f'"{name}"' for name in figure.about)
    about = f" of {names}" if names else ""
    title = f' "{figure.title}"' if figure.title else ""
    return f"{figure.label}{title}{about}{_told(figure)}"


def passage_source(place: int, passage: Passage, *, own_numbers_only: bool = False) -> Source:
    """A passage as a model is shown it. A packaged measure is ours; with `own_numbers_only` no other number counts."""
    own = passage.measure_id is not None and number_of(passage.measure_id) is None
    title = " > ".join(part for part in (passage.title, passage.heading) if part)
    numbers = passage.text if own or not own_numbers_only else ""
    return Source(passage_id(place), f"{title}\n{passage.text}", numbers, own)


def assignment(evidence: Evidence) -> Assignment:
    """What a language model is to answer, and from what."""
    figures = [
        Source(figure_id(place), figure_text(figure), f"{figure.label} {_told(figure)}", own=True, decides=True)
        for place, figure in enumerate(evidence.figures)
    ]
    passages = [passage_source(place, passage) for place, passage in enumerate(evidence.passages)]
    return Assignment(
        f"Answer this question of a user from the sources only: {evidence.question.text}",
        [*figures, *passages],
        names=list(dict.fromkeys(name for figure in evidence.figures for name in figure.about)),
        earlier=[f"{who}: {what[:TURN_SHOWN]}" for who, what in evidence.question.earlier[-TURNS_SHOWN:]],
    )


def plain(evidence: Evidence, why: str) -> Reply:
    """The answer without a model: the figures and the ranked passages, and `why` no model wrote it."""
    pieces = [f"[{figure_id(place)}] {figure_text(figure)}." for place, figure in enumerate(evidence.figures)]
    pieces += [f"[{passage_id(place)}] {_excerpt(passage)}" for place, passage in enumerate(evidence.passages)]
    pieces = [*pieces, f"{why}: {SHOWN}"] if pieces else [NOTHING, f"{why}."]
    return Reply(tuple(pieces), tuple(evidence.notes))


def written(evidence: Evidence, found: Grounded, model: str) -> Reply:
    """The answer of a model as far as the evidence bears it out; the plain one where it bears out nothing."""
    if found.status is Grounding.UNGROUNDED:
        reply = plain(evidence, UNGROUNDED)
        return Reply(reply.pieces, reply.notes, (), found.status, found.dropped, model)
    notes = [*evidence.notes, *_dropped(found)]
    pieces = tuple(claim_text(claim) for claim in found.claims)
    return Reply(pieces, tuple(notes), found.claims, found.status, found.dropped, model)


def claim_text(claim: Claim) -> str:
    """A claim and what it cites."""
    return f"{claim.text} {' '.join(f'[{each}]' for each in claim.sources)}"


def _dropped(found: Grounded) -> Iterator[str]:
    if found.dropped:
        yield f"{found.dropped} of its sentences had no source, or a number that no source has, and were dropped."


def _told(figure: Figure) -> str:
    period = _period(figure.period) if figure.period else ""
    if figure.value is None:
        return f"{period}: not known, {figure.reason}"
    # a count says by its label what it counts
    amount = f"{figure.value:,}" if isinstance(figure.value, int) else f"{figure.value:,.1f} {figure.unit}"
    return f"{period}: {amount}{figure.detail}"


def _period(period: Period) -> str:
    return f", {period.first}" if period.first == period.last else f", {period.first} to {period.last}"


def _excerpt(passage: Passage) -> str:
    page = f", page {passage.page}" if passage.page is not None else ""
    words = " ".join(passage.text.split())
    cut = words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]} ..."
    return f"{passage.title}{page}: {cut}"
