"""A hotspot's diagnosis and first recommendations in the words of a language model, each sentence with its passages.

The words stand beside the numbers and change none: amounts, ranks and statuses are made before, and elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.assistant import summary_store
from carbon_nexus.assistant.compose import passage_id, passage_source
from carbon_nexus.assistant.summary_store import Diagnosed
from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.documents.model import Meaning, Passage
from carbon_nexus.documents.service import search
from carbon_nexus.language.model import Assignment, Grounded
from carbon_nexus.measures.library import measures

ACTOR = "summarise"
MOST_PASSAGES = 5
SAVING = "kg CO2e per 28 days"
TASK = (
    "Summarise for the person who has to decide why this hotspot stands out and what the recommended measures would "
    "do, in two to five claims."
)


@dataclass(frozen=True)
class Case:
    """A diagnosis to be put into words, and the passages found for it."""

    diagnosed: Diagnosed
    passages: Sequence[Passage]


def query_of(diagnosed: Diagnosed) -> str:
    """What passages are searched for."""
    return " ".join([diagnosed.cause, *(each.title for each in diagnosed.advice), diagnosed.root_cause])


async def case_of(connection: AsyncConnection, tenant_id: int, diagnosed: Diagnosed, meaning: Meaning | None) -> Case:
    """The diagnosis with its passages; `meaning` is that of `query_of` it."""
    found = await search(connection, tenant_id, query_of(diagnosed), MOST_PASSAGES, meaning)
    return Case(diagnosed, found.passages)


def assignment(case: Case) -> Assignment:
    """What the model is to write, and from what: the entity's name and what people wrote count for no number."""
    sources = [passage_source(place, passage, own_numbers_only=True) for place, passage in enumerate(case.passages)]
    names = [case.diagnosed.entity]
    return Assignment(TASK, sources, facts(case.diagnosed), names=names, remarks=remarks(case.diagnosed))


def facts(diagnosed: Diagnosed) -> list[str]:
    """The diagnosis and the amounts of each recommendation as a line, as they are shown; of texts only ours."""
    lines = [f'Entity: "{diagnosed.entity}". Cause: {diagnosed.cause}. {diagnosed.root_cause}']
    if diagnosed.effects:
        lines.append(f"Effects of the inputs: {orjson.dumps(_rounded(diagnosed.effects)).decode()}")
    return lines + [_amounts(place, each) for place, each in enumerate(diagnosed.advice, 1)]


def remarks(diagnosed: Diagnosed) -> list[str]:
    """What the recommendations say: people and services write some of them, so that none proves anything."""
    advice = enumerate(diagnosed.advice, 1)
    return [f"Recommendation {place}: {each.title}. {each.description}" for place, each in advice]


async def save(
    connection: AsyncConnection, tenant_id: int, case: Case, found: Grounded, model: str, now: datetime
) -> None:
    """Store the summary, unless the diagnosis has changed while it was written."""
    diagnosed, summary = case.diagnosed, summary_of(case, found, model, now)
    if await summary_store.save_summary(connection, tenant_id, diagnosed, summary):
        before, after = {"summary": diagnosed.summary}, {"summary": summary}
        subject = str(diagnosed.hotspot_id)
        entry = Entry("recommendation.summarised", "hotspot", subject, ACTOR, before=before, after=after)
        await record(connection, tenant_id, [entry])


def summary_of(case: Case, found: Grounded, model: str, now: datetime) -> dict[str, Any]:
    """The summary as it is stored: text, claims with their passages, and how far it is grounded."""
    passages = {passage_id(place): _cited(each) for place, each in enumerate(case.passages)}
    claims = [{"text": claim.text, "passages": [passages[each] for each in claim.sources]} for claim in found.claims]
    return {
        "of": {"cause": case.diagnosed.cause, "root_cause": case.diagnosed.root_cause},
        "text": " ".join(claim.text for claim in found.claims),
        "claims": claims,
        "status": found.status,
        "dropped": found.dropped,
        "model": model,
        "at": now.isoformat(),
    }


def _amounts(place: int, advice: summary_store.Advice) -> str:
    saving = "not known" if advice.saving_kg is None else f"{advice.saving_kg:,.1f} {SAVING}"
    between = ""
    if advice.low_kg is not None and advice.high_kg is not None:
        between = f" (between {advice.low_kg:,.1f} and {advice.high_kg:,.1f})"
    packaged = next((f", {each.title}" for each in measures() if each.id == advice.measure_id), "")
    return f"Recommendation {place}{packaged}. Simulated saving: {saving}{between}."


def _rounded(value: Any) -> Any:
    """The same with numbers of four digits: nobody reads more, and a model cannot repeat them."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def _cited(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "measure_id": passage.measure_id,
        "title": passage.title,
        "page": passage.page,
    }
