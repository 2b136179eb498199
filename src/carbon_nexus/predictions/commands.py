"""carbon-nexus factors diff: what another factor set would change, in the factors and in the stored events."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import polars as pl
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.opening import open_database, run_with_engine
from carbon_nexus.db.tables.base import DEFAULT_TENANT_ID
from carbon_nexus.emissions.model import Basis
from carbon_nexus.factors.commands import changes_between, factors, print_changes
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import AsJson, console, print_json, print_table
from carbon_nexus.predictions.restate import effect
from carbon_nexus.settings import load_settings

__all__ = ["factors"]


@factors.command("diff")
def factors_diff(
    old: Annotated[str, typer.Argument(help="The set in use.")],
    new: Annotated[str, typer.Argument(help="The set to change to.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=366, help="Also estimate your events of the last DAYS with both.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what a change from one factor set to another would change."""
    changes = changes_between(old, new)
    effects = _effects(old, new, timedelta(days=days)) if days else None
    if as_json:
        facts = {"old": old, "new": new, "changes": [asdict(change) for change in changes]}
        print_json(facts if effects is None else facts | {"days": days, "effect": effects})
        return
    print_changes(old, new, changes)
    if effects is not None:
        console.print(f"Your events of the last {days} days, kg CO2e:")
        print_table(["event type", "events", "old", "new", "change %"], [each.values() for each in effects])


def _effects(old: str, new: str, period: timedelta) -> list[dict[str, Any]]:
    settings, now = load_settings(), utc_now()

    async def run(engine: AsyncEngine) -> list[dict[str, Any]]:
        region = settings.grid_region
        async with engine.connect() as connection:
            bases = Basis(old, region), Basis(new, region)
            found = await effect(connection, DEFAULT_TENANT_ID, *bases, now - period, now)
        change_pct = (100 * (pl.col("new_kg") / pl.col("old_kg") - 1)).round(2).alias("change_pct")
        return found.with_columns(pl.col("old_kg", "new_kg").round(1), change_pct).to_dicts()

    with open_database(settings, share=True) as url:
        return run_with_engine(url, run)
