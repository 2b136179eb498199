"""The words of the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Entry:
    """Who (`actor`) did what (`action`) to which thing (`subject_type`, `subject_id`), and why (`notes`).

    `before` and `after` are what changed of the thing: None before means that it was not there, None after that it is
    gone. All values are JSON; secrets have no place in them.
    """

    action: str
    subject_type: str
    subject_id: str
    actor: str
    notes: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Asked:
    """Which entries are looked for; None: whatever it is. `since` counts, `until` does not."""

    action: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Problem(StrEnum):
    """What can be wrong with a chain."""

    MISSING_LINK = "missing_link"
    MISSING_ENTRY = "missing_entry"
    ALTERED_ENTRY = "altered_entry"
    ALTERED_HASH = "altered_hash"
    CUT_OFF = "cut_off"
    ALTERED_HEAD = "altered_head"
    UNLINKED_ENTRY = "unlinked_entry"
    NOT_AS_ANCHORED = "not_as_anchored"


@dataclass(frozen=True)
class Broken:
    """The first place where a chain is broken, in a sentence.

    `position` is None for an entry without one; `audit_id` and `action` are None where no entry is there to name.
    """

    problem: Problem
    position: int | None
    audit_id: int | None
    action: str | None
    detail: str


@dataclass(frozen=True)
class Head:
    """The end of a tenant's chain: the hash that stands for every entry up to this position."""

    tenant_id: int
    position: int
    hash: bytes


@dataclass(frozen=True)
class Verdict:
    """Whether a tenant's chain is intact: `broken` is None. `anchors` of them were held to the chain."""

    tenant_id: int
    entries: int
    head: Head | None
    broken: Broken | None
    anchors: int = 0

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None
