"""The commands that handle data: ingest, undo, fill."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.activities.mapping import Dates
from carbon_nexus.activities.model import shown
from carbon_nexus.db.opening import open_database, run_with_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.errors import InvalidInput
from carbon_nexus.gapfills import service as gapfills
from carbon_nexus.gapfills.model import Selection
from carbon_nexus.gapfills.schemas import FillableField
from carbon_nexus.ingests import answers, commands, ending
from carbon_nexus.ingests.model import Status
from carbon_nexus.ingests.schemas import FilePreview
from carbon_nexus.ingests.service import Asked
from carbon_nexus.ingests.spool import spool_of
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import AsJson, console, print_facts, print_table
from carbon_nexus.mappings.model import Told
from carbon_nexus.running import complain_of_uncompared, scan_and_work, settings_and_log
from carbon_nexus.worker import default_rule_of

EXIT_BAD_INPUT = 4
COUNTS = ("rows_total", "rows_stored", "rows_duplicate", "rows_rejected")


def ingest(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV, XLSX, JSON, NDJSON or Parquet file."),
    ],
    columns: Annotated[list[str], typer.Option("--map", help="FIELD=COLUMN: this column tells this field.")] = [],  # noqa: B006
    units: Annotated[list[str], typer.Option("--unit", help="FIELD=UNIT: its numbers are in this unit.")] = [],  # noqa: B006
    constants: Annotated[list[str], typer.Option("--set", help="FIELD=VALUE: the same in every row.")] = [],  # noqa: B006
    source: Annotated[str | None, typer.Option(help="Name of the data source; its preset is used.")] = None,
    decimal: Annotated[Literal[".", ","] | None, typer.Option(help="Decimal sign of numbers.")] = None,
    dates: Annotated[Dates | None, typer.Option(help="Order of the parts of a date.")] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times without an offset, such as Europe/Berlin.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a text file that is not UTF-8.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how the file would be read.")] = False,
    save_preset: Annotated[
        bool, typer.Option("--save-preset", help="Keep what is said here for the next file of the source.")
    ] = False,
    rejected: Annotated[
        Path | None, typer.Option(help="Write the rejected rows, with reasons, to this CSV file.")
    ] = None,
    no_scan: Annotated[bool, typer.Option("--no-scan", help="Only store; the next scan looks at the rows.")] = False,
    as_json: AsJson = False,
) -> None:
    """Store the events of a file, then scan them."""
    told = Told(
        commands.pairs("--map", columns), commands.pairs("--unit", units), commands.pairs("--set", constants),
        decimal, dates, timezone,
    )  # fmt: skip
    asked = Asked(file.name, source, told, encoding)
    if save_preset and source is None:
        raise typer.BadParameter("--save-preset keeps it under the name of a source: give --source as well.")
    settings = settings_and_log()
    spool = spool_of(settings)

    async def look(engine: AsyncEngine) -> FilePreview:
        with file.open("rb") as opened:
            return await commands.look_at(engine, spool, opened, asked, utc_now)

    async def run(engine: AsyncEngine) -> dict[str, Any]:
        if save_preset and source:
            await commands.keep_preset(engine, source, told, utc_now)
        with file.open("rb") as opened:
            job = await commands.ingest(engine, spool, opened, asked, utc_now)
        if rejected is not None:
            await commands.write_rejected(engine, str(job["job_id"]), rejected)
        if job["status"] == Status.FAILED:
            raise InvalidInput(job["rejected"])
        facts = {"file": file.name, "job_id": job["job_id"], **{name: job[name] for name in (*COUNTS, "errors")}}
        facts |= {"notes": job["notes"]} if job["notes"] else {}
        return facts if no_scan else facts | await scan_and_work(settings, engine, url)

    with open_database(settings, share=True) as url:
        if dry_run:
            _show(run_with_engine(url, look), as_json)
            return
        facts = run_with_engine(url, run)
    print_facts(facts, as_json)
    complain_of_uncompared(facts)
    if facts["rows_rejected"]:
        raise SystemExit(EXIT_BAD_INPUT)


def _show(seen: FilePreview, as_json: bool) -> None:
    """How a file would be read; exit code 4 where it could not be."""
    if as_json:
        print_facts(seen.model_dump(mode="json"), as_json)
    else:
        heads = ["column", "field", "found by", "unit", "filled", "samples"]
        print_table(heads, (_column(each.model_dump()) for each in seen.columns))
        counts = {"rows": seen.rows, "rows_checked": seen.rows_checked, "rows_acceptable": seen.rows_acceptable}
        problems = [*(each["msg"] for each in seen.problems), *(each["msg"] for each in seen.first_rejected)]
        print_facts({"kind": seen.kind, **counts, "notes": seen.notes, "problems": problems}, as_json)
        console.print("Nothing was stored.")
    if seen.problems:
        raise SystemExit(EXIT_BAD_INPUT)


def _column(facts: dict[str, Any]) -> list[Any]:
    filled = "" if facts["filled_pct"] is None else f"{facts['filled_pct']:.0f} %"
    samples = " | ".join(str(shown(each)) for each in facts["samples"])
    return [facts["name"], facts["field"] or "(kept as it is)", facts["by"] or "", facts["unit"] or "", filled, samples]


def undo(
    job_id: Annotated[str, typer.Argument(help="Id of an ingest job; `ingest --json` and the API tell it.")],
    as_json: AsJson = False,
) -> None:
    """Take every event of an ingest out again, with all that came of it."""
    settings = settings_and_log()

    async def run(engine: AsyncEngine) -> dict[str, Any]:
        async with engine.begin() as connection:
            key = answers.key_of(await answers.job_by_id(connection, DEFAULT_TENANT_ID, job_id))
            taken = await ending.undo(connection, key, default_rule_of(settings), utc_now(), commands.ACTOR)
        return {"job_id": job_id, "status": Status.UNDONE, **vars(taken)}

    with open_database(settings, share=True) as url:
        print_facts(run_with_engine(url, run), as_json)


def fill(
    fields: Annotated[list[FillableField], typer.Option("--field", help="Fill this field; may be given again.")],
    entity: Annotated[str | None, typer.Option(help="Only of this site, route or supplier.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Only of events of the last so many days.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be filled, and how.")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Delete the stand-ins instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Estimate what events lack from their entity's own values, kept apart from the events."""
    settings = settings_and_log()
    now = utc_now()
    since = None if days is None else now - timedelta(days=days)
    selection = Selection(tuple(dict.fromkeys(fields)), entity, since=since)

    async def run(engine: AsyncEngine) -> dict[str, Any]:
        async with engine.begin() as connection:
            asked = (connection, DEFAULT_TENANT_ID, selection, default_rule_of(settings), now, commands.ACTOR)
            if take_back:
                facts = asdict(await gapfills.take_back(*asked))
            else:
                facts = asdict(await gapfills.fill(*asked, dry_run=dry_run))
        return facts if dry_run else facts | await scan_and_work(settings, engine, url)

    with open_database(settings, share=True) as url:
        facts = run_with_engine(url, run)
    groups = facts.pop("groups", [])
    if groups and not as_json:
        heads = ["entity", "field", "lacking", "filled", "method", "error", "typical, with its 95 % interval"]
        print_table(heads, map(_filled, groups))
    print_facts(facts | ({"groups": groups} if as_json else {}), as_json)


def _filled(group: dict[str, Any]) -> list[Any]:
    """One entity and field as a line: the method that was best, its measured error, a typical value."""
    errors = [group[name] for name in ("median_error", "regression_error") if group[name] is not None]
    told = [group["entity"], group["field"], group["lacking"], group["filled"], group["method"] or group["reason"]]
    if not group["filled"]:
        return [*told, "", ""]
    typical = f"{group['typical_value']:.4g} ({group['typical_low']:.4g} to {group['typical_high']:.4g})"
    return [*told, f"{min(errors):.3g}" if errors else "", typical]
