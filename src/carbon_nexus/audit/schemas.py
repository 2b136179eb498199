"""What the API says of the audit trail."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from carbon_nexus.audit.model import Problem, Verdict


class AuditEntry(BaseModel):
    """One change of state: who did what to which thing, when and why."""

    id: int
    timestamp: datetime
    user_id: str = Field(description="Who: a digest of the key, `local` without keys, or the part that acts by itself.")
    action: str
    entity_type: str
    entity_id: str
    notes: str | None
    metadata: dict[str, Any]
    before: dict[str, Any] | None = Field(description="What changed, as it was; null: it was not there.")
    after: dict[str, Any] | None = Field(description="The same as it is now; null: it is gone.")
    position: int | None = Field(description="Place in the chain of hashes; null: it was put there behind our back.")
    hash: str | None


class ChainEnd(BaseModel):
    """The hash that stands for every entry up to this position."""

    position: int
    hash: str


class BrokenLink(BaseModel):
    """The first place where the chain is broken."""

    problem: Problem
    position: int | None
    audit_id: int | None
    action: str | None
    detail: str


class AuditVerdict(BaseModel):
    """Whether the chain is intact."""

    intact: bool
    entries: int
    head: ChainEnd | None = Field(description="null: there is no entry yet.")
    broken: BrokenLink | None

    @classmethod
    def of(cls, verdict: Verdict) -> "AuditVerdict":
        """The answer for a verdict."""
        head, broken = verdict.head, verdict.broken
        return cls(
            intact=verdict.intact,
            entries=verdict.entries,
            head=None if head is None else ChainEnd(position=head.position, hash=head.hash.hex()),
            broken=None if broken is None else BrokenLink.model_validate(vars(broken)),
        )
