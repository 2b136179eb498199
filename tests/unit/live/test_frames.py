"""What is sent: one text for all who listen to the same, and each row once."""

from datetime import UTC, datetime

import orjson

from carbon_nexus.live.frames import Batch, last_of_each
from carbon_nexus.live.model import EVERYTHING, Change, Channel

AT = datetime(2026, 3, 18, 12, tzinfo=UTC)


def change(seq: int, subject_id: int = 1, *, created: bool = False, channel: Channel = Channel.ALERTS) -> Change:
    return Change(seq, 1, channel, subject_id, created, AT)


def test_a_frame_has_the_changes_of_the_channels_it_is_for_in_order() -> None:
    hotspot = change(6, 9, created=True, channel=Channel.HOTSPOTS)
    batch = Batch(8, [(change(5), {"id": 1, "level": "warn"}), (hotspot, {"id": 9}), (change(8, 2), {"id": 2})])
    assert orjson.loads(batch.frame(frozenset({Channel.ALERTS})) or "") == {
        "seq": 8,
        "changes": [
            {
                "seq": 5, "channel": "alerts", "event": "alert.changed", "at": "2026-03-18T12:00:00+00:00",
                "payload": {"id": 1, "level": "warn"},
            },
            {
                "seq": 8, "channel": "alerts", "event": "alert.changed", "at": "2026-03-18T12:00:00+00:00",
                "payload": {"id": 2},
            },
        ],
    }  # fmt: skip
    assert [each["event"] for each in orjson.loads(batch.frame(EVERYTHING) or "")["changes"]] == [
        "alert.changed", "hotspot.created", "alert.changed",
    ]  # fmt: skip


def test_all_who_listen_to_the_same_get_the_same_text_and_nobody_gets_an_empty_one() -> None:
    batch = Batch(5, [(change(5), {"id": 1})])
    assert batch.frame(frozenset({Channel.ALERTS})) is batch.frame(frozenset({Channel.ALERTS}))
    assert batch.frame(frozenset({Channel.HOTSPOTS})) is None
    assert batch.frame(frozenset()) is None


def test_of_several_changes_of_a_row_the_last_is_told_and_a_new_row_stays_new() -> None:
    read = [
        change(1, 1, created=True),
        change(2, 2),
        change(3, 1),
        change(4, 1, channel=Channel.HOTSPOTS),
        change(5, 2),
    ]
    assert last_of_each(read) == [change(3, 1, created=True), change(4, 1, channel=Channel.HOTSPOTS), change(5, 2)]
