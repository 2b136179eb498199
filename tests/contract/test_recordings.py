"""The comparison that the contract rests on sees every kind of difference, and only those."""

from typing import Any

import pytest

from tests.contract.recordings import differing, recordings


@pytest.mark.parametrize(
    ("recorded", "ours", "paths"),
    [
        ({"a": 1, "b": "x"}, {"a": 2.5, "b": "y", "more": None}, []),
        ({"a": 1}, {"a": "1"}, ["$.a"]),
        ({"a": True}, {"a": 1}, ["$.a"]),
        ({"a": 1}, {"a": None}, ["$.a"]),
        ({"a": {"b": 1}}, {"a": [1]}, ["$.a"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {}}, ["$.a.b", "$.a.c"]),
        ({"a": None}, {"a": {"any": "thing"}}, []),
        ({"a": None}, {}, ["$.a"]),
        ([{"a": 1}, {"a": 1}], [{"a": "x"}], ["$[].a"]),
        ([{"a": 1}], [], ["$[]"]),
        ([], [1], []),
        ([], {}, ["$"]),
    ],
)
def test_differing(recorded: Any, ours: Any, paths: list[str]) -> None:
    assert list(differing(recorded, ours)) == paths


def test_all_recordings_are_read() -> None:
    assert len(recordings()) == 95
    assert all(recording.url.startswith("/") and recording.status >= 200 for recording in recordings())
