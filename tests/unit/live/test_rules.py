"""Small decisions: who may connect, what may be said, how far back a replay reaches."""

import pytest
from pydantic import ValidationError

from carbon_nexus.live.model import Channel, Kept
from carbon_nexus.live.origins import may_connect
from carbon_nexus.live.schemas import Asked

HOST = "nexus.example:8000"


@pytest.mark.parametrize(
    ("origin", "allowed", "may"),
    [
        (None, [], True),
        ("http://localhost:3000", ["http://localhost:3000"], True),
        ("http://nexus.example:8000", [], True),
        ("https://NEXUS.example:8000", [], True),
        ("https://anywhere.example", ["*"], True),
        ("https://evil.example", ["http://localhost:3000"], False),
        ("http://nexus.example", [], False),
        ("http://localhost:3000.evil.example", ["http://localhost:3000"], False),
        ("null", ["http://localhost:3000"], False),
    ],
)
def test_pages_of_this_server_and_of_allowed_origins_may_connect(
    origin: str | None, allowed: list[str], may: bool
) -> None:
    assert may_connect(origin, HOST, allowed) is may


@pytest.mark.parametrize(
    ("kept", "since", "reaches"),
    [
        (Kept(None, None), 0, True),
        (Kept(None, None), 1, False),
        (Kept(1, 9), 0, True),
        (Kept(5, 9), 4, True),
        (Kept(5, 9), 9, True),
        (Kept(5, 9), 3, False),
        (Kept(5, 9), 10, False),
    ],
)
def test_a_replay_reaches_as_far_as_nothing_is_missing(kept: Kept, since: int, reaches: bool) -> None:
    assert kept.reaches_back_to(since) is reaches


@pytest.mark.parametrize(
    "said",
    [
        {}, {"subscribe": []}, {"subscribe": ["alert"]}, {"subscribe": ["alerts"] * 11}, {"since": 1},
        {"subscribe": ["alerts"], "since": -1}, {"subscribe": ["alerts"], "since": 2**63},
        {"subscribe": ["alerts"], "since": "1"}, {"subscribe": ["alerts"], "ping": 1}, {"ping": 1.5},
        {"ping": 1, "since": 1}, {"auth": "key"}, [], "subscribe", 1, None,
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        Asked.model_validate(said)


def test_a_subscription_names_channels_and_may_say_since_when() -> None:
    asked = Asked.model_validate({"subscribe": ["alerts", "ingest_jobs"], "since": 0})
    assert (asked.subscribe, asked.since) == ([Channel.ALERTS, Channel.INGEST_JOBS], 0)
