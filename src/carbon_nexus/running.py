"""What commands begin and end with: settings and a log, a scan of what waits."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.baselines.model import MIN_SAMPLE, WINDOW
from carbon_nexus.errors import StartRefused
from carbon_nexus.kit.clock import utc_now
from carbon_nexus.kit.console import complaints
from carbon_nexus.kit.logs import configure_logs
from carbon_nexus.predictions.service import open_estimator
from carbon_nexus.scans.jobs import scan_all_tenants
from carbon_nexus.settings import Settings, load_settings
from carbon_nexus.worker import default_rule_of, work_until_empty

NOT_COMPARED = (
    f"Some events were not compared: a baseline takes {MIN_SAMPLE} events of an entity in the last {WINDOW.days} days."
)


def settings_and_log(**overrides: Any) -> Settings:
    """Settings of this process (those given here win), and its log open. Raises StartRefused."""
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    try:
        configure_logs(settings.log_level, as_json=settings.log_json, file=settings.log_file)
    except OSError as problem:
        raise StartRefused(
            f"Cannot write to {problem.filename}: {problem.strerror}.",
            "Set CARBON_NEXUS_DATA_DIR to a directory you may write to.",
        ) from problem
    return settings


async def scan_and_work(settings: Settings, engine: AsyncEngine, url: str) -> dict[str, Any]:
    """Scans whatever waits and does the jobs that follow from it; what came of it."""
    async with open_estimator(settings) as estimator:
        result = await scan_all_tenants(engine, default_rule_of(settings), utc_now, estimator)
    await work_until_empty(settings, engine, url, utc_now)
    return {
        "events_scanned": result.events,
        "events_estimated": result.estimated,
        "events_not_compared": result.uncompared,
        "hotspots_opened_or_risen": len(result.hotspot_ids),
        "alerts_raised": result.alerts,
    }


def complain_of_uncompared(facts: dict[str, Any]) -> None:
    """Says on stderr why events of a scan were not compared, where there were any."""
    if facts.get("events_not_compared"):
        complaints.print(NOT_COMPARED)
