"""Load, check, save: the receivers, each change with its audit entry. Never commits.

Addresses and signing secrets go in and never out: answers and the audit trail have the scheme and the host.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.audit.model import Entry
from carbon_nexus.audit.store import record
from carbon_nexus.errors import Conflict
from carbon_nexus.notifications import store
from carbon_nexus.notifications.check import (
    check_no_secret,
    check_secret,
    check_webhook_url,
    not_by_apprise,
    secret_of,
    shown,
)
from carbon_nexus.notifications.model import ReceiverKind
from carbon_nexus.notifications.service import no_receiver
from carbon_nexus.notifications.through_apprise import why_not_taken

SECRET_BYTES = 32


async def list_receivers(connection: AsyncConnection, tenant_id: int) -> list[dict[str, Any]]:
    """All receivers as they are shown, by name."""
    return [shown_row(row) for row in await store.all_receivers(connection, tenant_id)]


async def put_receiver(
    connection: AsyncConnection,
    tenant_id: int,
    name: str,
    given: Mapping[str, Any],
    actor: str,
    now: datetime,
    *,
    allow_private: bool,
) -> dict[str, Any]:
    """Store the receiver in the place of the one there may be; as it is shown. Raises InvalidInput.

    `given`: kind, url, signing_secret, send_resolved, enabled. A webhook without a secret keeps the one it has; the
    first time one is made, which is shown in this answer and never again.
    """
    await _check(given, allow_private=allow_private)
    await store.lock(connection, tenant_id, f"receiver {name}")
    before = await store.find_receiver(connection, tenant_id, name)
    made, secret = None, given["signing_secret"]
    if given["kind"] == ReceiverKind.WEBHOOK and secret is None:
        secret = before["signing_secret"] if before else None
        if secret is None:
            secret = made = secret_of(secrets.token_bytes(SECRET_BYTES))
    after = await store.save_receiver(connection, tenant_id, name, {**given, "signing_secret": secret}, now)
    what = "replaced" if before else "created"
    await record(connection, tenant_id, [_entry(what, name, actor, before, after)])
    return {**shown_row(after), "signing_secret": made}


async def delete_receiver(connection: AsyncConnection, tenant_id: int, name: str, actor: str) -> None:
    """Delete a receiver, with the log of what it was sent. Raises NotFound, and Conflict while a rule names it."""
    if naming := await store.rules_naming(connection, tenant_id, name):
        rules = ", ".join(f"'{rule}'" for rule in naming)
        raise Conflict(f"The receiver '{name}' is named by rules: {rules}.", "Take it out of them, or disable it.")
    before = await store.remove_receiver(connection, tenant_id, name)
    if before is None:
        raise no_receiver(name)
    await record(connection, tenant_id, [_entry("deleted", name, actor, before, None)])


def shown_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored receiver as it may be shown."""
    shown_as = {name: row[name] for name in ("id", "name", "kind", "send_resolved", "enabled")}
    moments = {name: row[name] for name in ("created_at", "updated_at")}
    return {**shown_as, "url": shown(row["url"]), "signed": row["signing_secret"] is not None, **moments}


async def _check(given: Mapping[str, Any], *, allow_private: bool) -> None:
    if given["kind"] == ReceiverKind.WEBHOOK:
        check_webhook_url(given["url"], allow_private=allow_private)
        if given["signing_secret"] is not None:
            check_secret(given["signing_secret"])
        return
    check_no_secret(given["signing_secret"])
    if why := await why_not_taken(given["url"], allow_private=allow_private):
        raise not_by_apprise(given["url"], why)


def _entry(
    what: str, name: str, actor: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Entry:
    details = {}
    if before and after:  # what the shown part may hide
        details["url_changed"] = before["url"] != after["url"]
        details["secret_changed"] = before["signing_secret"] != after["signing_secret"]
    subject = f"receiver.{what}", "receiver", name, actor
    return Entry(*subject, details=details, before=_facts(before), after=_facts(after))


def _facts(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    facts = ("kind", "url", "signed", "send_resolved", "enabled")
    return None if row is None else {name: value for name, value in shown_row(row).items() if name in facts}
