import orjson
import pytest

from carbon_nexus.notifications.model import Outcome
from carbon_nexus.notifications.through_apprise import send_through_apprise, why_not_taken

from .listening import Answer, listening, mailbox

A_FILE = "names a file, and files are not sent"
THIS_MACHINE = "would be this machine itself, not a service"
SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mailto://ann:pw@example.com", None),
        (f"slack://{SLACK}", None),
        (f"https://hooks.slack.com/services/{SLACK}", None),
        ("carrierpigeon://loft", "is no address of a service that Apprise knows"),
        ("json://a, json://b", "is no address of a service that Apprise knows"),
        ("pover://x", "is no pover:// address that Apprise takes"),
        ("syslog://", THIS_MACHINE),
        ("dbus://", THIS_MACHINE),
        (f"slack://{SLACK}/?template=/etc/passwd", A_FILE),
    ],
)
async def test_addresses_are_those_apprise_takes_unless_they_are_this_machine(url: str, why: str | None) -> None:
    assert await why_not_taken(url, allow_private=False) == why


async def test_a_message_goes_out_as_json() -> None:
    with listening() as server:
        url = f"json://127.0.0.1:{server.port}/x"
        assert await send_through_apprise(url, "2 firing", "a\nb", allow_private=True) == Outcome()
    told = orjson.loads(server.calls[0].body)
    assert (told["title"], told["message"]) == ("2 firing", "a\nb")


async def test_a_message_goes_out_as_mail() -> None:
    async with mailbox() as (port, mails):
        url = f"mailto://127.0.0.1:{port}/bob@example.com?from=nexus@example.com&mode=insecure&format=text"
        assert await send_through_apprise(url, "2 firing", "critical: North", allow_private=True) == Outcome()
    (mail,) = mails
    assert "Subject: 2 firing" in mail
    assert "critical: North" in mail


async def test_our_own_network_is_not_reached_whatever_the_service() -> None:
    with listening() as server:
        for url in (
            f"json://127.0.0.1:{server.port}",
            f"xml://localhost:{server.port}",
            f"mailto://ann:pw@example.com?smtp=127.0.0.1&port={server.port}&mode=insecure&to=bob@example.com",
            "rsyslog://127.0.0.1",
        ):
            outcome = await send_through_apprise(url, "t", "x", allow_private=False)
            assert (outcome.error or "").endswith("1 is not a public address"), url
            assert outcome.final
    assert server.calls == []


async def test_a_service_that_fails_is_tried_again() -> None:
    with listening(Answer(503)) as server:
        url = f"json://127.0.0.1:{server.port}"
        assert await send_through_apprise(url, "t", "x", allow_private=True) == Outcome("the service answered 503", 503)
    outcome = await send_through_apprise(url, "t", "x", allow_private=True)
    assert outcome == Outcome("the service could not be reached, or refused")


async def test_one_that_hangs_is_ended() -> None:
    with listening(None) as server:
        url = f"json://127.0.0.1:{server.port}?rto=100"
        outcome = await send_through_apprise(url, "t", "x", allow_private=True, deadline_seconds=5)
        assert outcome == Outcome("not through within 5 s")
