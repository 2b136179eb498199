"""The cases of verified savings."""

from collections.abc import Iterator

from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.savings import schemas as savings


def verifying() -> Iterator[Case]:
    """A case for each endpoint of verified savings; nothing is stored."""
    none = {"rec_id": LARGEST_ID}
    yield Case("GET", "/recommendations/savings", savings.Ledger)
    yield Case("GET", "/recommendations/{rec_id}/savings", Refusal, 404, none)
    yield Case("POST", "/recommendations/{rec_id}/verify", Refusal, 404, none)
