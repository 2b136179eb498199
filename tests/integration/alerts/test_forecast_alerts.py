"""Rules of kind forecast over a year of events: told before it happens, and over when it is not to happen any more."""

from datetime import datetime, timedelta

import psycopg

from carbon_nexus.alerts.service import QUICK
from carbon_nexus.baselines.service import recalculate
from carbon_nexus.targets import service as targets
from carbon_nexus.targets.model import Target
from tests.integration.alerts.conftest import HOUR, TENANT, Watched
from tests.integration.targets.year import emitted, lived, working

AT_RISK = {"name": "at-risk", "kind": "forecast", "forecast": {"against": "target", "within_days": 9}}
HEAVY = {"name": "heavy", "kind": "forecast", "forecast": {"against": "typical"}}


async def aim(watched: Watched, amount_kg: float) -> None:
    """The plant's target of this month."""
    given = Target(0, "Plant", None, None, watched.now.date().replace(day=1), False, amount_kg)
    await watched.do(lambda connection: targets.put(connection, TENANT, [given], "ann", watched.now))


async def test_an_alert_fires_before_the_target_is_passed_and_ends_when_it_is_raised(
    watched: Watched, database_url: str
) -> None:
    await lived(watched.engine)
    await watched.rule(**AT_RISK)
    spent = emitted(database_url, "2026-03-01", "2026-03-19", "Plant")
    await aim(watched, spent * 1.2)
    assert await watched.evaluated(kinds=QUICK) == 0
    assert await watched.evaluated() == 1
    ((state, level, labels, message),) = await watched.alerts("state", "level", "labels", "message")
    assert (state, level) == ("firing", "warn")
    assert labels == {"entity": "Plant", "entity_type": "factory", "period": "2026-03", "severity": "warn"}
    assert message.startswith(f"Plant will pass its target of {spent * 1.2:,.0f} kg CO2e for 2026-03 on ")
    assert f": {spent:,.0f} kg so far, " in message
    assert await watched.evaluated(HOUR) == 0
    await aim(watched, spent * 5)
    assert await watched.evaluated(2 * HOUR) == 1
    ((state, reason),) = await watched.alerts("state", "state_reason")
    assert state == "resolved"
    assert "(chance under 2.5 %)" in reason


async def test_a_passed_target_is_critical_and_over_with_its_month(watched: Watched) -> None:
    await lived(watched.engine)
    await watched.rule(**AT_RISK)
    await aim(watched, 1.0)
    await watched.evaluated()
    assert await watched.alerts("state", "level") == [("firing", "critical")]
    await watched.evaluated(timedelta(days=14))
    assert await watched.alerts("state", "state_reason") == [("resolved", "the month 2026-03 is over")]


async def test_days_far_above_typical_are_told_before_they_come(watched: Watched) -> None:
    rise = watched.now - timedelta(days=20)

    def risen(at: datetime) -> float:
        return working(at) * (1.6 if at > rise else 1)

    await lived(watched.engine, risen)
    await watched.do(lambda connection: recalculate(connection, TENANT, watched.now))
    await watched.rule(**HEAVY)
    await watched.evaluated()
    found = [row for row in await watched.alerts("rule", "labels", "message") if row[0] == "heavy"]
    ((_, labels, message),) = found
    subject = {"entity": "Plant", "entity_type": "factory", "event_type": "factory"}
    assert labels == {**subject, "severity": "warn"}
    assert message.startswith("Plant (factory) will emit more than 1.25 times its typical ")


async def test_while_no_forecast_can_be_made_alerts_wait_and_others_are_evaluated(
    watched: Watched, database_url: str
) -> None:
    await lived(watched.engine)
    await watched.rule(**AT_RISK)
    await aim(watched, emitted(database_url, "2026-03-01", "2026-03-19", "Plant") * 1.2)
    await watched.evaluated()
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE forecast_runs RENAME TO lost")
    await watched.hotspot()
    await watched.evaluated(HOUR)
    reasons = dict(await watched.alerts("kind", "state_reason"))
    assert dict(await watched.alerts("kind", "state")) == {"forecast": "no_data", "hotspot": "firing"}
    assert reasons["forecast"] == "its forecast could not be made; the log tells why"
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE lost RENAME TO forecast_runs")
    await watched.evaluated(2 * HOUR)
    assert dict(await watched.alerts("kind", "state"))["forecast"] == "firing"


async def test_without_history_nothing_is_told(watched: Watched) -> None:
    await watched.rule(**AT_RISK)
    await watched.rule(**HEAVY)
    whole = Target(0, None, None, None, watched.now.date().replace(day=1), True, 1.0)
    await watched.do(lambda connection: targets.put(connection, TENANT, [whole], "ann", watched.now))
    assert await watched.evaluated() == 0
