"""What documents say of a proposal, beside it. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from carbon_nexus.documents.model import Passage
from carbon_nexus.recommendations.model import Proposal


def cited(proposal: Proposal, passages: Sequence[Passage]) -> Proposal:
    """The proposal with where the passages stand in its provenance; its numbers stay as they are.

    Not their text: a document that is deleted leaves none behind. GET /documents/{id}/passages has it.
    """
    if not passages:
        return proposal
    found = [
        {"passage_id": each.id, "document_id": each.document_id, "title": each.title, "page": each.page}
        | {"heading": each.heading}
        for each in passages
    ]
    return replace(proposal, provenance={**proposal.provenance, "evidence": found})
