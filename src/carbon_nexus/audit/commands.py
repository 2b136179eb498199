"""carbon-nexus audit: verify the trail of every tenant, tell its hashes outside."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.audit import service
from carbon_nexus.audit.anchors import anchors_in
from carbon_nexus.audit.jobs import anchor
from carbon_nexus.audit.model import Head, Verdict
from carbon_nexus.audit.tell import Untold
from carbon_nexus.audit.verify_store import heads, tenants
from carbon_nexus.db.opening import open_database, run_with_engine
from carbon_nexus.errors import StartRefused, Unavailable
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import AsJson, print_json, print_table
from carbon_nexus.settings import load_settings

EXIT_BROKEN = 1

audit = typer.Typer(help="The audit trail: verify it, tell its hashes outside.", no_args_is_help=True)


@audit.command("verify")
def verify(
    anchors: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="Hold the chain to the hashes in this file, too."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute every hash again; exit code 1 and the first broken place where one is not right."""
    told = [] if anchors is None else anchors_in(anchors.read_text(errors="replace").splitlines())

    async def run(engine: AsyncEngine) -> list[Verdict]:
        async with engine.connect() as connection:
            known = sorted({*await tenants(connection), *(each.tenant_id for each in told)})
            return [await service.verify(connection, tenant_id, told) for tenant_id in known]

    with open_database(load_settings(), share=True) as url:
        verdicts = run_with_engine(url, run)
    if as_json:
        print_json({"intact": all(each.intact for each in verdicts), "tenants": [_facts(each) for each in verdicts]})
    else:
        print_table(["tenant", "entries", "anchors", "chain", "head"], map(_row, verdicts))
    if not all(each.intact for each in verdicts):
        raise SystemExit(EXIT_BROKEN)


@audit.command("anchor")
def anchor_now(as_json: AsJson = False) -> None:
    """Tell the newest hash of every chain to AUDIT_ANCHOR now."""
    settings = load_settings()
    target = settings.audit_anchor
    if target is None:
        raise StartRefused("AUDIT_ANCHOR is not set.", "Set it to a file, or to an https:// address.")

    async def run(engine: AsyncEngine) -> list[Head]:
        async with engine.connect() as connection:
            ends = await heads(connection, moved=False)
        for head in ends:
            await anchor(engine, head, target, utc_now)
        return ends

    with open_database(settings, share=True) as url:
        try:
            ends = run_with_engine(url, run)
        except Untold as problem:
            raise Unavailable(f"The audit trail is not anchored: {problem}.", "Check AUDIT_ANCHOR.") from problem
    if as_json:
        print_json({"anchored": [_end(each) for each in ends]})
    else:
        print_table(["tenant", "position", "hash"], (_end(each).values() for each in ends))


def _facts(verdict: Verdict) -> dict[str, Any]:
    head, broken = verdict.head, verdict.broken
    return {
        "tenant_id": verdict.tenant_id,
        "intact": verdict.intact,
        "entries": verdict.entries,
        "anchors": verdict.anchors,
        "head": None if head is None else {"position": head.position, "hash": head.hash.hex()},
        "broken": None if broken is None else asdict(broken),
    }


def _row(verdict: Verdict) -> list[Any]:
    chain = "intact" if verdict.broken is None else f"{verdict.broken.problem}: {verdict.broken.detail}"
    head = "" if verdict.head is None else verdict.head.hash.hex()
    return [verdict.tenant_id, verdict.entries, verdict.anchors, chain, head]


def _end(head: Head) -> dict[str, Any]:
    return {"tenant_id": head.tenant_id, "position": head.position, "hash": head.hash.hex()}
