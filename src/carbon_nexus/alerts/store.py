"""SQL of the alerts: open ones, one for an action, what is new and changed in bulk, and their timelines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import polars as pl
from sqlalchemy import ColumnElement, Select, false, func, literal_column, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from carbon_nexus.alerts.inbox import Alike
from carbon_nexus.alerts.model import Alert, State, Transition
from carbon_nexus.db.columns import read_frame
from carbon_nexus.db.tables import alert_events, alerts
from carbon_nexus.hotspots.model import Severity
from carbon_nexus.rules.model import RuleKind

FIELDS = [name for name in Alert.__dataclass_fields__ if name in alerts.c]
LISTS = ("silenced_by", "inhibited_by", "muted_by")
KINDS, LEVELS, STATES = ({each.value: each for each in words} for words in (RuleKind, Severity, State))
MOMENT = pl.Datetime("us", "UTC")
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(FIELDS, pl.String),
    **dict.fromkeys(("id", "hotspot_id"), pl.Int64),
    **dict.fromkeys(("state_since", "created_at", "fired_at", "resolved_at", "acknowledged_at"), MOMENT),
    "acknowledged": pl.Boolean,
}
_READ = {name: f"CASE WHEN cardinality({name}) > 0 THEN to_json({name})::text END" for name in LISTS}
_OWN = f"""
SELECT {", ".join(_READ.get(name, name) for name in FIELDS)} FROM alerts WHERE tenant_id = %s
"""  # noqa: S608
_OPEN = f"{_OWN} AND state <> 'resolved' ORDER BY id"
_OPEN_SOME = f"{_OWN} AND state <> 'resolved' AND fingerprint = ANY(%s) ORDER BY id"
_SOME = f"{_OWN} AND id = ANY(%s::bigint[]) ORDER BY id"
# one document in and rows out: arrays within arrays cannot be unnested
_TYPES = {
    **dict.fromkeys(FIELDS, "text"),
    **dict.fromkeys(("id", "hotspot_id"), "bigint"),
    **dict.fromkeys(("state_since", "created_at", "fired_at", "resolved_at", "acknowledged_at"), "timestamptz"),
    **dict.fromkeys(("silenced_by", "inhibited_by"), "bigint[]"),
    "muted_by": "text[]",
    "labels": "jsonb",
    "acknowledged": "boolean",
}
_GIVEN = f"json_to_recordset(CAST(:rows AS json)) AS given ({', '.join(f'{n} {k}' for n, k in _TYPES.items())})"
_INSERT = f"""
INSERT INTO alerts (tenant_id, updated_at, {", ".join(FIELDS)})
SELECT CAST(:tenant_id AS integer), CAST(:now AS timestamptz), {", ".join(FIELDS)} FROM {_GIVEN} ORDER BY id
"""  # noqa: S608
_CHANGED = [name for name in FIELDS if name not in ("id", "fingerprint", "rule", "kind", "created_at", "runbook_url")]
_UPDATE = f"""
UPDATE alerts SET updated_at = :now, {", ".join(f"{name} = given.{name}" for name in _CHANGED)}
FROM {_GIVEN} WHERE alerts.id = given.id AND alerts.tenant_id = :tenant_id
"""  # noqa: S608
_EVENTS = """
INSERT INTO alert_events (tenant_id, alert_id, at, action, before, after, reason, actor)
SELECT CAST(:tenant_id AS integer), alert_id, CAST(:now AS timestamptz), action, before, after, reason, actor
FROM ROWS FROM (
    json_to_recordset(CAST(:rows AS json))
        AS (alert_id bigint, action text, before text, after text, reason text, actor text)
) WITH ORDINALITY AS given (alert_id, action, before, after, reason, actor, place)
ORDER BY place
"""
_IDS = """
SELECT nextval(pg_get_serial_sequence('alerts', 'id')) FROM generate_series(1, CAST(:count AS integer)) ORDER BY 1
"""
_FREE_HOTSPOTS = """
SELECT id FROM hotspots WHERE tenant_id = :tenant_id AND id = ANY(:ids) ORDER BY id FOR KEY SHARE SKIP LOCKED
"""
QUIET = (
    func.cardinality(alerts.c.silenced_by)
    + func.cardinality(alerts.c.inhibited_by)
    + func.cardinality(alerts.c.muted_by)
) > 0
SILENCED = func.cardinality(alerts.c.silenced_by) > literal_column("0")  # no parameter: it is grouped by
OPEN = alerts.c.state != literal_column("'resolved'")  # as an index says it: of a parameter it would not be known
YES_OR_NO: Mapping[str, ColumnElement[bool]] = {
    "acknowledged": alerts.c.acknowledged,
    "silenced": SILENCED,
    "open": OPEN,
}


async def lock(connection: AsyncConnection, tenant_id: int) -> None:
    """Wait until nobody else changes alerts of this tenant; held until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"alerts:{tenant_id}"))))


async def open_alerts(
    connection: AsyncConnection, tenant_id: int, fingerprints: Sequence[str] | None = None
) -> list[Alert]:
    """The open alerts by id, all of them or those with these fingerprints."""
    if fingerprints is None:
        return await _read(connection, _OPEN, tenant_id)
    return await _read(connection, _OPEN_SOME, tenant_id, list(fingerprints))


async def some(connection: AsyncConnection, tenant_id: int, ids: Iterable[int]) -> dict[int, Alert]:
    """These alerts, open or not, by id; ids that do not exist are left out."""
    found = await _read(connection, _SOME, tenant_id, list(ids))
    return {alert.id: alert for alert in found}


async def new_ids(connection: AsyncConnection, count: int) -> list[int]:
    """So many ids for alerts, rising."""
    return list((await connection.execute(text(_IDS), {"count": count})).scalars()) if count else []


async def hotspots_nobody_changes(connection: AsyncConnection, tenant_id: int, ids: Sequence[int]) -> set[int]:
    """Those of these hotspots that no scan is changing at the moment; they stay until the transaction ends.

    A row that refers to a hotspot would wait for such a scan, and that scan for whoever holds the alerts.
    """
    if not ids:
        return set()
    found = await connection.execute(text(_FREE_HOTSPOTS), {"tenant_id": tenant_id, "ids": list(ids)})
    return set(found.scalars())


async def save(
    connection: AsyncConnection,
    tenant_id: int,
    new: Sequence[Alert],
    changed: Sequence[Alert],
    transitions: Sequence[Transition],
    now: datetime,
) -> None:
    """Store new alerts (with their ids), what changed of others, and every transition on their timelines."""
    given = {"tenant_id": tenant_id, "now": now}
    if new:
        await connection.execute(text(_INSERT), given | {"rows": _document([_values(each) for each in new])})
    if changed:
        await connection.execute(text(_UPDATE), given | {"rows": _document([_values(each) for each in changed])})
    if transitions:
        events = [_event(each) for each in transitions]
        await connection.execute(text(_EVENTS), given | {"rows": _document(events)})


def listed(tenant_id: int, columns: Sequence[str], **wanted: Any) -> Select[Any]:
    """The tenant's alerts as the API shows them; of `wanted` what is None counts for nothing."""
    return select(*map(_shown, columns)).where(alerts.c.tenant_id == tenant_id, *_conditions(wanted))


def timeline(tenant_id: int, alert_id: int, columns: Sequence[str]) -> Select[Any]:
    """What happened to an alert."""
    own = alert_events.c
    return select(*(own[name] for name in columns)).where(own.tenant_id == tenant_id, own.alert_id == alert_id)


async def counts(connection: AsyncConnection, tenant_id: int, **wanted: Any) -> list[Alike]:
    """How many alerts there are of each kind that matters to the inbox; of `wanted` what is None counts for nothing.

    Of resolved ones, which are nearly all, level and state alone are looked at: an index has both.
    """
    own = alerts.c
    groups = own.level, own.state, own.acknowledged, SILENCED
    among = own.tenant_id == tenant_id, *_conditions(wanted)
    still_open = select(*groups, func.count()).where(*among, OPEN).group_by(*groups)
    over = select(own.level, own.state, false(), false(), func.count()).where(*among, ~OPEN)
    rows = union_all(still_open, over.group_by(own.level, own.state))
    return [Alike(*row) for row in await connection.execute(rows)]


async def label_sets(
    connection: AsyncConnection, tenant_id: int, since: datetime
) -> list[tuple[str, str, Mapping[str, str], int]]:
    """Rule, level, labels and number of the alerts that were created since then, once for each that are alike."""
    rows = await connection.execute(
        select(alerts.c.rule, alerts.c.level, alerts.c.labels, func.count())
        .where(alerts.c.tenant_id == tenant_id, alerts.c.created_at >= since)
        .group_by(alerts.c.rule, alerts.c.level, alerts.c.labels)
    )
    return [(rule, level, labels, count) for rule, level, labels, count in rows]


def _shown(name: str) -> ColumnElement[Any]:
    return (QUIET if name == "quiet" else _column(name)).label(name)


def _column(name: str) -> ColumnElement[Any]:
    return alerts.c[name] if name in alerts.c else alerts.c.labels[name].astext


def _conditions(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [_filter(name, value) for name, value in wanted.items() if value is not None]


def _filter(name: str, value: Any) -> ColumnElement[bool]:
    if name in YES_OR_NO:
        return YES_OR_NO[name] if value else ~YES_OR_NO[name]
    return _column(name).__eq__(value)


async def _read(connection: AsyncConnection, query: str, *given: Any) -> list[Alert]:
    found = await read_frame(connection, query, SCHEMA, given)
    return [_alert(row) for row in found.iter_rows()]


def _alert(row: Sequence[Any]) -> Alert:
    given = dict(zip(FIELDS, row, strict=True))
    given["kind"], given["level"], given["state"] = KINDS[given["kind"]], LEVELS[given["level"]], STATES[given["state"]]
    given["message"], given["state_reason"] = given["message"] or "", given["state_reason"] or ""
    given["labels"] = orjson.loads(given["labels"])
    for name in LISTS:
        given[name] = tuple(orjson.loads(given[name])) if given[name] else ()
    return Alert(**given)


def _values(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in FIELDS}


def _event(transition: Transition) -> dict[str, Any]:
    return {
        "alert_id": transition.alert.id,
        "action": transition.action,
        "before": transition.before,
        "after": transition.after,
        "reason": transition.reason,
        "actor": transition.actor,
    }


def _document(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()
