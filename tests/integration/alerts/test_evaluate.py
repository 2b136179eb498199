"""From what is seen to alerts on record, with their timelines and the audit trail."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.alerts.jobs import evaluate_all_tenants
from carbon_nexus.alerts.model import fingerprint_of
from carbon_nexus.alerts.service import QUICK
from carbon_nexus.hotspots.model import Change, Severity
from carbon_nexus.rules.model import RuleKind
from tests.integration.alerts.conftest import DEFAULT, HOUR, Watched

EVERY_HOUR = list(range(1, 24 * 30))  # up to an hour ago


async def test_an_alert_opens_recovers_fires_again_and_is_resolved(watched: Watched) -> None:
    hotspot = await watched.hotspot()
    assert await watched.evaluated() == 1
    assert await watched.evaluated() == 0
    (row,) = await watched.alerts("level", "message", "hotspot_id", "state", "fired_at", "labels")
    message = "Trunk exceeded emissions by 32.8%: 583.9 kg CO2e against 439.6 kg typical"
    labels = {
        "entity": "Trunk", "entity_type": "route", "event_type": "logistics", "metric": "intensity", "kind": "spike",
        "severity": "warn",
    }  # fmt: skip
    assert row == ("warn", message, hotspot, "firing", watched.now, labels)
    await watched.change(hotspot, reported_at=watched.now)
    await watched.evaluated(HOUR)
    await watched.change(hotspot, last_event_at=watched.now + HOUR, severity="critical")
    await watched.evaluated(2 * HOUR)
    await watched.change(hotspot, status="resolved", resolved_at=watched.now + 3 * HOUR, resolved_reason="quiet")
    await watched.evaluated(3 * HOUR)
    assert await watched.timeline() == [
        ("Trunk", "state", None, "firing", "evaluation"),
        ("Trunk", "state", "firing", "recovering", "evaluation"),
        ("Trunk", "level", "warn", "critical", "evaluation"),
        ("Trunk", "state", "recovering", "firing", "evaluation"),
        ("Trunk", "state", "firing", "resolved", "evaluation"),
    ]
    actions = ["alert.raised", "alert.recovering", "alert.level", "alert.firing", "alert.resolved"]
    assert await watched.trail() == actions
    (end,) = await watched.alerts("state", "state_reason", "level", "resolved_at")
    assert end == ("resolved", "quiet", "critical", watched.now + 3 * HOUR)


async def test_a_scan_opens_and_raises_at_once_and_says_how_many(watched: Watched) -> None:
    hotspot = await watched.hotspot()
    assert await watched.announced(hotspot, Change.OPENED) == 1
    assert await watched.announced(hotspot, Change.CONTINUED) == 0
    assert await watched.announced(hotspot, Change.ESCALATED) == 0  # to what it is already
    assert await watched.announced(hotspot, Change.ESCALATED, Severity.CRITICAL) == 1
    assert await watched.timeline() == [
        ("Trunk", "state", None, "firing", "scan"),
        ("Trunk", "level", "warn", "critical", "scan"),
    ]
    await watched.change(hotspot, severity="critical")
    assert await watched.evaluated() == 0


async def test_what_is_over_within_one_batch_is_told_and_then_resolved(watched: Watched) -> None:
    hotspot = await watched.hotspot(status="resolved", resolved_at=watched.now, resolved_reason="24 h of reports")
    await watched.announced(hotspot, Change.OPENED)
    assert await watched.evaluated() == 0
    await watched.evaluated(timedelta(minutes=1))
    assert await watched.alerts("state", "fired_at", "state_reason") == [("resolved", watched.now, "24 h of reports")]


async def test_a_new_hotspot_of_the_same_goes_on_with_the_open_alert(watched: Watched) -> None:
    first = await watched.hotspot()
    await watched.evaluated()
    await watched.change(first, status="resolved", resolved_at=watched.now)
    second = await watched.hotspot()
    await watched.evaluated()
    assert await watched.alerts("state", "hotspot_id") == [("firing", second)]


async def test_two_open_alerts_of_one_thing_cannot_be_stored(watched: Watched) -> None:
    await watched.hotspot()
    await watched.evaluated()
    twice = text("INSERT INTO alerts (level, message, fingerprint) SELECT level, message, fingerprint FROM alerts")
    with pytest.raises(IntegrityError):
        await watched.do(lambda connection: connection.execute(twice))


async def test_evaluations_and_scans_at_once_open_one_alert(watched: Watched) -> None:
    hotspot = await watched.hotspot()
    await asyncio.gather(*(watched.evaluated() for _ in range(3)), watched.announced(hotspot, Change.OPENED))
    assert len(await watched.alerts("id")) == 1


async def test_a_hotspot_that_a_scan_holds_waits_for_the_next_evaluation(watched: Watched) -> None:
    hotspot = await watched.hotspot()
    other = await watched.hotspot("Ring")
    async with watched.engine.begin() as scan:
        await scan.execute(text("SELECT 1 FROM hotspots WHERE id = :id FOR UPDATE"), {"id": hotspot})
        await asyncio.wait_for(watched.evaluated(), timeout=20)
        assert await watched.alerts("hotspot_id") == [(other,)]
    await watched.evaluated()
    assert await watched.alerts("hotspot_id") == [(other,), (hotspot,)]


async def test_a_rule_that_waits_and_one_that_keeps_firing(watched: Watched) -> None:
    await watched.rule(name="slow", pending_for="1 h", keep_firing_for="2 h", runbook_url="https://x.example/slow")
    hotspot = await watched.hotspot(rule="slow")
    await watched.evaluated()
    await watched.evaluated(HOUR)
    resolved_at = watched.now + 2 * HOUR
    await watched.change(hotspot, status="resolved", resolved_at=resolved_at)
    await watched.evaluated(3 * HOUR)
    await watched.evaluated(4 * HOUR)
    states = [(before, after) for _, _, before, after, _ in await watched.timeline()]
    assert states == [
        (None, "pending"), ("pending", "firing"), ("firing", "recovering"), ("recovering", "resolved"),
    ]  # fmt: skip
    assert await watched.alerts("rule", "runbook_url") == [("slow", "https://x.example/slow")]


async def test_what_a_rule_that_is_gone_has_found_is_the_default_rules(watched: Watched) -> None:
    await watched.rule(name="slow")
    await watched.hotspot(rule="slow")
    await watched.evaluated()
    await watched.do(lambda connection: connection.execute(text("DELETE FROM rules")))
    await watched.evaluated()
    assert await watched.evaluated() == 0
    gone, taken_over = await watched.alerts("rule", "state", "state_reason")
    assert gone == ("slow", "resolved", "the rule 'slow' is gone or disabled")
    assert taken_over[:2] == ("default", "firing")


async def test_a_silent_entity_has_an_alert_of_its_own_and_its_hotspots_have_no_data(watched: Watched) -> None:
    await watched.rule(name="silent", kind="missing_data", match=["entity_type = route"])
    await watched.reports(EVERY_HOUR)
    await watched.hotspot()
    await watched.evaluated()
    assert await watched.alerts("rule", "state") == [("default", "firing")]
    await watched.evaluated(48 * HOUR)
    (known, new) = await watched.alerts("kind", "state", "level", "message")
    told = "route Trunk (erp) has not reported for 49 hours, since 2026-03-18 11:00 UTC"
    assert (known[:2], new[:3]) == (("hotspot", "no_data"), ("missing_data", "firing", "critical"))
    assert new[3].startswith(told)
    assert await watched.evaluated(49 * HOUR, QUICK) == 0  # nobody looks for gaps, nothing is said
    await watched.reports([-48, -49])
    await watched.evaluated(49 * HOUR)
    after = await watched.alerts("state", "state_reason")
    assert [state for state, _ in after] == ["firing", "resolved"]
    assert after[0][1].startswith("it is there again")


async def test_a_source_below_its_score_and_a_budget_that_is_nearly_spent(watched: Watched) -> None:
    await watched.rule(name="good", kind="data_quality", min_score=95)
    await watched.rule(name="fleet", kind="budget", budget={"amount_kg": 100, "period": "day", "warn_share": 0.5})
    await watched.reports([0, 1, 2, 3, 4, 24, 48])  # 10 kg each, five of them today
    await watched.evaluated()
    budget, quality = sorted(await watched.alerts("rule", "level", "labels", "message"))
    assert budget[:3] == ("fleet", "warn", {"period": "2026-03-18", "severity": "warn"})
    assert budget[3] == "fleet: 50 kg CO2e of the 100 kg budgeted are emitted (50%) in 2026-03-18, a day in UTC"
    assert quality[:3] == ("good", "warn", {"source": "erp", "severity": "warn"})
    assert quality[3].startswith("Data quality of erp is")
    await watched.reports([5, 6, 7, 8, 9])
    await watched.evaluated()
    assert [row for row in await watched.alerts("rule", "level") if row[0] == "fleet"] == [("fleet", "critical")]
    await watched.evaluated(timedelta(days=1))
    ended = [row[2] for row in await watched.alerts("rule", "state", "state_reason") if row[1] == "resolved"]
    assert ended == ["the period 2026-03-18 is over"]


async def test_a_quick_evaluation_leaves_other_kinds_as_they_are(watched: Watched) -> None:
    await watched.rule(name="fleet", kind="budget", budget={"amount_kg": 10, "period": "day"})
    await watched.reports([0])
    assert await watched.evaluated(kinds=QUICK) == 0
    assert await watched.evaluated(kinds=frozenset({RuleKind.BUDGET})) == 1
    assert await watched.evaluated(timedelta(days=1), QUICK) == 0


async def test_silences_and_mute_timings_come_and_go_and_an_announced_alert_is_born_quiet(watched: Watched) -> None:
    silence = (
        "INSERT INTO silences (matchers, reason, created_by, starts_at, ends_at)"
        " VALUES ('[\"entity = Trunk\"]', 'repairs', 'ann', '2026-03-18 12:00Z', '2026-03-18 14:00Z')"
    )
    timing = (
        'INSERT INTO mute_timings (name, spec) VALUES (\'noon, local\', \'{"time_zone": "UTC", "matchers": [],'
        ' "intervals": [{"weekdays": [], "days_of_month": [], "months": [],'
        ' "times": [{"from": "12:00", "to": "13:00"}]}]}\')'
    )
    for statement in (silence, timing):
        await watched.do(lambda connection, sql=statement: connection.execute(text(sql)))  # type: ignore[misc]
    hotspot = await watched.hotspot()
    await watched.announced(hotspot, Change.OPENED)
    (quiet,) = await watched.alerts("state", "silenced_by", "muted_by")
    assert quiet == ("firing", [1], ["noon, local"])
    assert await watched.evaluated() == 0
    await watched.evaluated(2 * HOUR)
    assert await watched.alerts("state", "silenced_by", "muted_by") == [("firing", [], [])]
    assert [(action, after) for _, action, _, after, _ in await watched.timeline()] == [
        ("state", "firing"), ("silenced", "1"), ("muted", "noon, local"), ("silenced", None), ("muted", None),
    ]  # fmt: skip


async def test_an_alert_is_inhibited_while_another_of_its_entity_is_open(watched: Watched) -> None:
    await watched.rule(name="site")
    await watched.rule(name="trips", inhibited_by={"match": ["rule = site"], "equal": ["entity"]})
    site = await watched.hotspot(rule="site", metric="absolute")
    await watched.evaluated()
    trips = await watched.hotspot(rule="trips")
    await watched.announced(trips, Change.OPENED)
    ids = [row[0] for row in await watched.alerts("id")]
    assert await watched.alerts("inhibited_by") == [([],), ([ids[0]],)]
    await watched.change(site, status="resolved", resolved_at=watched.now)
    await watched.evaluated(HOUR)
    assert await watched.alerts("state", "inhibited_by") == [("resolved", []), ("firing", [])]


async def test_every_tenant_has_its_own_alerts(watched: Watched, engine: AsyncEngine) -> None:
    await watched.do(lambda connection: connection.execute(text("INSERT INTO tenants (name) VALUES ('second')")))
    for tenant_id in (1, 2):
        await watched.hotspot(tenant_id=tenant_id)
    assert await evaluate_all_tenants(engine, DEFAULT, lambda: watched.now) == 2
    assert sorted(await watched.alerts("tenant_id", "state")) == [(1, "firing"), (2, "firing")]


async def test_the_fingerprint_can_be_told_in_sql(watched: Watched) -> None:
    labels: dict[str, Any] = {
        "entity": "Trünk", "entity_type": "route", "event_type": "logistics", "metric": "intensity",
    }  # fmt: skip
    in_sql = text(
        "SELECT left(encode(sha256(convert_to(concat_ws(E'\\n', 'default', 'entity=' || :entity, 'entity_type=' ||"
        " :entity_type, 'event_type=' || :event_type, 'metric=' || :metric), 'UTF8')), 'hex'), 16)"
    )
    told = await watched.do(lambda connection: connection.scalar(in_sql, labels))
    assert told == fingerprint_of("default", labels | {"kind": "spike", "severity": "warn"})
