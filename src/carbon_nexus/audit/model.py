"""The words of the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """Who (`actor`) did what (`action`) to which thing (`subject_type`, `subject_id`), and why (`notes`)."""

    action: str
    subject_type: str
    subject_id: str
    actor: str
    notes: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
