"""Reading what a separate RAG service answers: nothing is taken over that cannot be true, nor a number without a unit.

Pure. What was told stands beside what was made of it, as quoted.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple

from pydantic_core import from_json

from carbon_nexus.hotspots.model import Severity
from carbon_nexus.recommendations.model import Cause
from carbon_nexus.recommendations.schemas import SAVING_UNIT
from carbon_nexus.recommendations.standing import Case, LeftOut, Past, again

MOST_ACTIONS = 10
LONGEST_TITLE, LONGEST_TEXT, LONGEST_WORD = 200, 2000, 100
LARGEST_KG = 1e10  # as for an estimate: ten million tonnes
LARGEST_QUOTED = 1e15  # a larger one is quoted as text: PostgreSQL gives it back as an integer JSON cannot carry

_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", flags=re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!?][^<>]*>?", flags=re.IGNORECASE)
_OPENS_TAG = re.compile(r"<(?=[a-z/!?])", flags=re.IGNORECASE)
_QUOTED = ("co2_reduction", "co2_reduction_unit", "cost_impact", "feasibility", "confidence")


@dataclass(frozen=True)
class RagQuestion:
    """A hotspot as a RAG service is asked about it: kg CO2e of its worst event, and what is typical for that."""

    hotspot_id: int
    entity: str
    event_type: str
    predicted_kg: float
    baseline_kg: float
    reason: str


class Asked(NamedTuple):
    """A hotspot that a service was asked about: its diagnosis, and what has become of the question (`remote`)."""

    hotspot_id: int
    entity: str
    severity: Severity
    cause: Cause
    root_cause: str
    remote: str | None


@dataclass(frozen=True)
class RagAction:
    """One action of an answer. `co2_reduction_kg` is per 28 days, `feasibility` 0-10, `confidence` 0-1.

    `missing` says of each of them that is None why; `quoted` is what the service said.
    """

    measure_id: str
    title: str
    description: str
    co2_reduction_kg: float | None
    cost_impact: str | None
    feasibility: int | None
    confidence: float | None
    quoted: Mapping[str, Any]
    missing: Mapping[str, str]


@dataclass(frozen=True)
class RagAnswer:
    """What a service said of one hotspot, as far as it can be used; `left_out` says what could not."""

    root_cause: str | None
    actions: tuple[RagAction, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoAnswer:
    """Why there is no answer. `again`: the service was out of reach, and may answer when it is asked later."""

    reason: str
    again: bool = False


def read_answer(content: bytes) -> RagAnswer | NoAnswer:
    """The answer in these bytes. One action that cannot be used is left out, with a reason, and the others stay."""
    try:
        told = from_json(content)
    except ValueError:
        return NoAnswer("not JSON")
    actions = told.get("actions") if isinstance(told, dict) else None
    if not isinstance(actions, list):
        return NoAnswer("actions is not a list")
    found: dict[str, RagAction] = {}
    left_out: list[str] = []
    for number, each in enumerate(actions[:MOST_ACTIONS], 1):
        action = _action(each)
        if isinstance(action, str) or action.measure_id in found:
            left_out.append(f"action {number}: {action if isinstance(action, str) else 'has the title of another one'}")
        else:
            found[action.measure_id] = action
    if len(actions) > MOST_ACTIONS:
        left_out.append(f"{len(actions) - MOST_ACTIONS} actions after the first {MOST_ACTIONS}")
    if actions and not found:
        return NoAnswer(f"no action can be used ({left_out[0]})")
    return RagAnswer(cleaned(told.get("root_cause"), LONGEST_TEXT) or None, tuple(found.values()), tuple(left_out))


def returning(
    asked: Asked, told: RagAnswer, past: Mapping[str, Past], titles: Mapping[str, str]
) -> tuple[list[tuple[RagAction, str | None]], list[str]]:
    """The actions to recommend, each with why it comes back (None: it is new), and what was left out and why.

    `past` has, by measure, what became of an action at the entity before: the rule is that of the embedded proposals.
    `titles` has, in lower case, what the hotspot is recommended already, and the measures.
    """
    kept: list[tuple[RagAction, str | None]] = []
    left_out = list(told.left_out)
    for action in told.actions:
        case = Case(asked.cause, asked.severity, action.co2_reduction_kg or 0.0)
        verdict = again(past.get(action.measure_id), case)
        known = titles.get(action.title.casefold(), action.measure_id)
        if known != action.measure_id:
            left_out.append(f"{action.title}: is recommended for the hotspot as {known}")
        elif isinstance(verdict, LeftOut):
            left_out.append(f"{action.title}: {verdict.reason}")
        else:
            kept.append((action, verdict))
    return kept, left_out


def rows_of(
    asked: Asked, told: RagAnswer, kept: Sequence[tuple[RagAction, str | None]], service: str, now: datetime
) -> list[dict[str, Any]]:
    """Columns of `recommendations` for these actions; `service` is what the provenance calls who told them."""
    return [
        {
            "hotspot_id": asked.hotspot_id,
            "supplier_id": asked.entity,
            "measure_id": action.measure_id,
            "title": action.title,
            "description": action.description,
            "co2_reduction": action.co2_reduction_kg,
            "cost_impact": action.cost_impact,
            "feasibility": action.feasibility,
            "confidence": action.confidence,
            "cause": asked.cause,
            "root_cause": told.root_cause or asked.root_cause,
            "returns_because": returns_because,
            "provenance": {
                "service": service,
                "answered_at": now.isoformat(),
                "place": place,
                "root_cause": "as the service tells it" if told.root_cause else "of the hotspot's own figures",
                "quoted": dict(action.quoted),
                "missing": dict(action.missing),
                "reason": action.missing.get("co2_reduction"),
            },
        }
        for place, (action, returns_because) in enumerate(kept, 1)
    ]


def cleaned(told: Any, longest: int) -> str:
    """A service's text as one line without markup and without characters that are not seen; empty for anything else."""
    if not isinstance(told, str):
        return ""
    # what is not seen goes first: it may stand within a tag
    text = "".join(_seen(each) for each in told[: 4 * longest])
    text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    # taking tags out can bring the halves of another one together
    text = " ".join(_OPENS_TAG.sub("< ", text).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _seen(character: str) -> str:
    kind = unicodedata.category(character)
    return " " if kind in ("Cc", "Zs", "Zl", "Zp") else "" if kind.startswith("C") else character


def measure_id_of(title: str) -> str:
    """The id of an action: the same title is the same action, however it is written."""
    return f"rag:{hashlib.sha256(title.casefold().encode()).hexdigest()[:12]}"


def _action(told: Any) -> RagAction | str:
    if not isinstance(told, dict):
        return "is not an object"
    title = cleaned(told.get("title"), LONGEST_TITLE)
    if not title:
        return "has no title"
    saving_kg = _saving(told.get("co2_reduction"), told.get("co2_reduction_unit"))
    feasibility = _within(told.get("feasibility"), 10)
    confidence = _within(told.get("confidence"), 1)
    numbers = {"co2_reduction": saving_kg, "feasibility": feasibility, "confidence": confidence}
    return RagAction(
        measure_id=measure_id_of(title),
        title=title,
        description=cleaned(told.get("description"), LONGEST_TEXT),
        co2_reduction_kg=None if isinstance(saving_kg, str) else saving_kg,
        cost_impact=_cost(told.get("cost_impact")),
        feasibility=None if isinstance(feasibility, str) else round(feasibility),
        confidence=None if isinstance(confidence, str) else confidence,
        quoted={name: _quote(told[name]) for name in _QUOTED if told.get(name) is not None},
        missing={name: why for name, why in numbers.items() if isinstance(why, str)},
    )


def _saving(told: Any, unit: Any) -> float | str:
    """Kg CO2e per 28 days where that is what the service says it is, or why it is not known.

    The original's numbers are no such thing: recorded are 57 and 38 for one event of 769.21 kg against 579.21 kg, which
    is 30 and 20 percent of that event's excess.
    """
    if told is None:
        return "the service tells no saving"
    if isinstance(told, str):
        amount, _, unit = told.strip().partition(" ")
        told = _parsed(amount)
        if amount.endswith("%") or unit.startswith(("%", "percent")):
            return "the service tells a percentage, and not of what"
    if not isinstance(unit, str) or unit.strip().casefold() != SAVING_UNIT.casefold():
        return f"the service does not tell it in {SAVING_UNIT}"
    kg = _number(told)
    if kg is None or not 0 <= kg <= LARGEST_KG:
        return f"the saving told is not between 0 and {LARGEST_KG:.0e} kg"
    return kg


def _within(told: Any, highest: float) -> float | str:
    number = _number(told)
    if number is None or not 0 <= number <= highest:
        return "the service tells none" if told is None else f"told is not a number from 0 to {highest}"
    return number


def _number(told: Any) -> float | None:
    """A finite number; true and false are none."""
    if isinstance(told, bool) or not isinstance(told, (int, float)):
        return None
    try:
        number = float(told)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def _parsed(amount: str) -> float | None:
    try:
        return float(amount)
    except ValueError:
        return None


def _cost(told: Any) -> str | None:
    number = _number(told)
    return (cleaned(told, LONGEST_TITLE) or None) if number is None else f"{number:g}"


def _quote(told: Any) -> Any:
    number = _number(told)
    if isinstance(told, bool) or (number is not None and abs(number) <= LARGEST_QUOTED):
        return told
    if isinstance(told, (dict, list)):
        return f"<{type(told).__name__}>"
    return cleaned(str(told), LONGEST_WORD)
