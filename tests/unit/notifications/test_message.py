from dataclasses import replace
from datetime import UTC, datetime

from carbon_nexus.notifications.message import MOST_ALERTS, alerts_message, message_of_test
from carbon_nexus.notifications.model import Alert, Message, Reason, Sending

from .making import NOW, OPS, RULE, alert, decided


def told(*alerts: Alert, group_by: tuple[str, ...] = ()) -> Message:
    (decision,) = decided(*alerts, rule=replace(RULE, group_by=group_by))
    assert decision.sending is not None
    return alerts_message(decision.sending, 1, NOW)


def test_a_message_says_what_fires_and_where() -> None:
    worst = alert(2, "critical", labels={"entity": "South"}, runbook_url="https://wiki.example.com/co2", hotspot_id=5)
    message = told(alert(1, labels={"entity": "South"}), worst, group_by=("entity",))
    assert message.title == "Carbon Nexus: 2 firing (critical) - rule default, entity South"
    assert message.text == "critical: alert 2 (https://wiki.example.com/co2)\nwarn: alert 1"
    assert message.firing == {1: "warn", 2: "critical"}
    event = dict(message.event)
    assert len(event.pop("id")) == 36
    first, second = event["data"].pop("alerts")
    assert event == {
        "specversion": "1.0",
        "type": "io.carbonnexus.alerts.firing",
        "source": "/carbon-nexus/tenants/1",
        "time": "2026-03-18T12:00:00+00:00",
        "datacontenttype": "application/json",
        "data": {
            "group": {"rule": "default", "labels": {"entity": "South"}},
            "reason": "new alerts",
            "alert_count": 2,
        },
    }
    assert first == {
        "id": 2,
        "rule": "default",
        "level": "critical",
        "state": "firing",
        "message": "alert 2",
        "labels": {"entity": "South"},
        "runbook_url": "https://wiki.example.com/co2",
        "created_at": "2026-03-18T12:00:00+00:00",
        "hotspot_id": 5,
    }
    assert second["id"] == 1


def sending(*alerts: Alert, receiver_id: int = 1) -> Sending:
    (decision,) = decided(alert())
    assert decision.sending is not None
    return replace(decision.sending, alerts=alerts, reason=Reason.RESOLVED, receiver_id=receiver_id)


def test_the_end_is_told_as_resolved_once_nothing_fires_any_more() -> None:
    partly = alerts_message(sending(alert(2), alert(1, state="resolved")), 1, NOW)
    assert partly.event["type"] == "io.carbonnexus.alerts.firing"
    assert partly.title == "Carbon Nexus: 1 firing (warn), 1 resolved - rule default"
    assert partly.firing == {2: "warn"}
    wholly = alerts_message(sending(alert(1, state="resolved")), 1, NOW)
    assert wholly.event["type"] == "io.carbonnexus.alerts.resolved"
    assert (wholly.title, wholly.text) == ("Carbon Nexus: 1 resolved - rule default", "resolved: alert 1")


def test_the_same_decision_makes_the_same_event_and_another_one_another() -> None:
    events = [
        alerts_message(sending(alert(), receiver_id=receiver_id), 1, now).event["id"]
        for receiver_id, now in [(1, NOW), (1, NOW), (2, NOW), (1, datetime(2026, 3, 19, tzinfo=UTC))]
    ]
    assert events[0] == events[1]
    assert len(set(events)) == 3


def test_of_very_many_alerts_the_worst_are_listed_and_all_are_remembered() -> None:
    many = told(*(alert(number, "critical" if number > 900 else "info") for number in range(1, 1001)))
    lines = many.text.splitlines()
    assert (len(lines), lines[0], lines[-1]) == (MOST_ALERTS + 1, "critical: alert 901", "and 900 more")
    assert len(many.event["data"]["alerts"]) == MOST_ALERTS
    assert (many.event["data"]["alert_count"], len(many.firing)) == (1000, 1000)


def test_a_line_break_in_a_name_starts_no_line_of_its_own() -> None:
    sly = replace(alert(labels={"entity": "a\r\nBcc: all@example.com"}), message="a\r\nresolved: everything")
    message = told(sly, group_by=("entity",))
    assert "\n" not in message.title + message.text
    assert "\r" not in message.title + message.text


def test_a_test_says_that_it_is_one() -> None:
    message = message_of_test(OPS, 1, NOW)
    assert message.event["type"] == "io.carbonnexus.alerts.test"
    assert message.event["data"]["alerts"] == []
    assert "test" in message.title
    assert OPS.name in message.text
    assert OPS.url not in str(message)
