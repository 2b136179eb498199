"""What a route learns about its caller."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from carbon_nexus.access.keys import ANONYMOUS
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID


def _tenant(_: HTTPConnection) -> int:
    return DEFAULT_TENANT_ID


def _actor(request: Request) -> str:
    return str(getattr(request.state, "actor", ANONYMOUS))


Tenant = Annotated[int, Depends(_tenant)]
"""Id of the tenant the request works for; one default tenant for now."""

Actor = Annotated[str, Depends(_actor)]
"""Who acts, for the audit trail: a digest of the key, or `local` where no keys are configured."""
