"""The cases of watching: what is typical, what stands out, rules, alerts, and who is told."""

from collections.abc import Iterator

from carbon_nexus.alerts import schemas as alerts
from carbon_nexus.alerts import silence_schemas as silences
from carbon_nexus.baselines import schemas as baselines
from carbon_nexus.db.pages import LARGEST_ID
from carbon_nexus.hotspots import backtest_schemas as backtest
from carbon_nexus.hotspots import schemas as hotspots
from carbon_nexus.notifications import schemas as notifications
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.refusals import Refusal
from carbon_nexus.rules import answers as rules

NOBODY = "smoke: nobody"
NO_NAME = "smoke-none"
WHATEVER = {"json": {"no such fact": 1}}
RULE = {"name": NO_NAME, "kind": "hotspot"}


def watching() -> Iterator[Case]:
    """A case for each endpoint of watching; nothing is stored."""
    yield from _typical()
    yield from _standing_out()
    yield from _rules()
    yield from _alerts()
    yield from _silences()
    yield from _told()


def _typical() -> Iterator[Case]:
    none = {"baseline_id": LARGEST_ID}
    yield Case("GET", "/baselines", list[baselines.Baseline])
    yield Case("GET", "/baselines/{baseline_id}", Refusal, 404, none)
    yield Case("GET", "/baselines/{baseline_id}/history", Refusal, 404, none)
    yield Case("POST", "/baselines/recalculate", Refusal, 422, sent=WHATEVER)
    yield Case("GET", "/calendar", baselines.CalendarAnswer)
    yield Case("PUT", "/calendar", Refusal, 422, sent={"json": {"country": "nowhere"}})


def _standing_out() -> Iterator[Case]:
    none = {"hotspot_id": LARGEST_ID}
    yield Case("GET", "/hotspots/proposals", list[hotspots.ThresholdProposal])
    yield Case("GET", "/hotspots/sparks", hotspots.HotspotSparks, sent={"params": {"id": 1}})
    yield Case("POST", "/hotspots/backtest", backtest.BacktestAnswer, sent={"json": {"entity": NOBODY, "last": "1 d"}})
    for path in ("", "/explain", "/events"):
        yield Case("GET", f"/hotspots/{{hotspot_id}}{path}", Refusal, 404, none)
    yield Case("POST", "/hotspots/{hotspot_id}/feedback", Refusal, 404, none, {"json": {"verdict": "useful"}})
    yield Case("DELETE", "/hotspots/{hotspot_id}/feedback", Refusal, 404, none)


def _rules() -> Iterator[Case]:
    none = {"name": NO_NAME}
    yield Case("GET", "/rules", list[rules.RuleAnswer])
    yield Case("GET", "/rules/{name}", Refusal, 404, none)
    yield Case("PUT", "/rules/{name}", Refusal, 422, none, WHATEVER)
    yield Case("DELETE", "/rules/{name}", Refusal, 404, none)
    yield Case("POST", "/rules/apply", rules.Applied, sent={"json": [RULE], "params": {"dry_run": True}})
    yield Case("POST", "/rules/preview", rules.RulePreview, sent={"json": RULE})


def _alerts() -> Iterator[Case]:
    none = {"alert_id": LARGEST_ID}
    for path in ("/alerts", "/alerts/critical"):
        yield Case("GET", path, list[alerts.Alert])
    yield Case("GET", "/alerts/stats", alerts.AlertStats)
    for path in ("", "/timeline"):
        yield Case("GET", f"/alerts/{{alert_id}}{path}", Refusal, 404, none)
    for action in ("acknowledge", "unacknowledge"):
        yield Case("POST", f"/alerts/{{alert_id}}/{action}", Refusal, 404, none)
    yield Case("POST", "/alerts/{alert_id}/assign", Refusal, 404, none, {"json": {"assignee": NOBODY}})
    yield Case("POST", "/alerts/{alert_id}/comment", Refusal, 404, none, {"json": {"text": NOBODY}})
    yield Case("POST", "/alerts/acknowledge", Refusal, 422, sent={"json": {"ids": []}})
    yield Case("POST", "/alerts/assign", Refusal, 422, sent={"json": {"ids": [], "assignee": NOBODY}})


def _silences() -> Iterator[Case]:
    none, no_name = {"silence_id": LARGEST_ID}, {"name": NO_NAME}
    yield Case("GET", "/silences", list[silences.Silence])
    yield Case("POST", "/silences", Refusal, 422, sent=WHATEVER)
    yield Case("POST", "/silences/preview", silences.Preview, sent={"json": {"matchers": [f"entity = {NOBODY}"]}})
    yield Case("GET", "/silences/{silence_id}", Refusal, 404, none)
    yield Case("POST", "/silences/{silence_id}/expire", Refusal, 404, none)
    yield Case("GET", "/mute-timings", list[silences.MuteTiming])
    yield Case("GET", "/mute-timings/{name}", Refusal, 404, no_name)
    yield Case("PUT", "/mute-timings/{name}", Refusal, 422, no_name, WHATEVER)
    yield Case("DELETE", "/mute-timings/{name}", Refusal, 404, no_name)


def _told() -> Iterator[Case]:
    none, no_name = {"delivery_id": LARGEST_ID}, {"name": NO_NAME}
    yield Case("GET", "/receivers", list[notifications.Receiver])
    yield Case("PUT", "/receivers/{name}", Refusal, 422, no_name, WHATEVER)
    yield Case("DELETE", "/receivers/{name}", Refusal, 404, no_name)
    yield Case("POST", "/receivers/{name}/test", Refusal, 404, no_name)
    yield Case("GET", "/deliveries", list[notifications.Delivery])
    yield Case("GET", "/deliveries/{delivery_id}", Refusal, 404, none)
    yield Case("POST", "/deliveries/{delivery_id}/redeliver", Refusal, 404, none)
