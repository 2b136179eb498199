"""Anchors as lines of JSON."""

from datetime import UTC, datetime

import pytest

from carbon_nexus.audit.anchors import anchors_in, line_of
from carbon_nexus.audit.model import Head
from carbon_nexus.errors import InvalidInput

HEAD = Head(1, 1200, bytes(range(32)))
GOOD = '{"tenant_id": 1, "position": 2, "hash": "' + "ab" * 32 + '"}'


def test_a_line_is_read_as_what_was_written() -> None:
    line = line_of(HEAD, datetime(2026, 11, 26, 10, tzinfo=UTC)).decode()
    told = '{"tenant_id":1,"position":1200,"hash":"' + HEAD.hash.hex() + '","at":"2026-11-26T10:00:00+00:00"}\n'
    assert line == told
    assert anchors_in([line, "\n", GOOD]) == [HEAD, Head(1, 2, b"\xab" * 32)]


@pytest.mark.parametrize(
    "line",
    ["{", "1", "[]", "{}", GOOD.replace("ab", "a", 1), GOOD.replace("ab", "zz"), GOOD.replace("1", '"1"'),
     GOOD.replace("2", "0"), GOOD.replace("2", "2.5"), GOOD.replace("2", "9223372036854775808")],
)  # fmt: skip
def test_a_line_that_is_no_anchor_is_named(line: str) -> None:
    with pytest.raises(InvalidInput, match="Line 2 is no anchor: it needs tenant_id, position and hash"):
        anchors_in([GOOD, line])
