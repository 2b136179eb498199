"""The cases of the audit trail."""

from collections.abc import Iterator

from carbon_nexus.audit import schemas as audit
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal


def trail() -> Iterator[Case]:
    """A case for each endpoint of the audit trail; nothing is stored."""
    yield Case("GET", "/audit", list[audit.AuditEntry])
    yield Case("GET", "/audit/{entry_id}", Refusal, 404, {"entry_id": LARGEST_ID})
    yield Case("GET", "/audit/verify", audit.AuditVerdict)
    csv = {"params": {"format": "csv", "action": "smoke: no such action"}}
    yield Case("GET", "/audit/export", "position,previous_hash,hash", sent=csv)
