"""Hashes told outside, as lines of JSON. Pure.

{"tenant_id": 1, "position": 1200, "hash": "9f86...", "at": "2026-11-26T10:00:00+00:00"}
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import orjson

from carbon_nexus.audit.model import Head
from carbon_nexus.errors import InvalidInput

HASH_BYTES = 32
REMEDY = "Give the file that AUDIT_ANCHOR names, whole lines of it."


def line_of(head: Head, now: datetime) -> bytes:
    """One anchor as a line, its newline included."""
    told = {"tenant_id": head.tenant_id, "position": head.position, "hash": head.hash.hex(), "at": now}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def anchors_in(lines: Iterable[str]) -> list[Head]:
    """The anchors of a file, empty lines left out. Raises InvalidInput naming the line that is none."""
    return [_anchor(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _anchor(number: int, line: str) -> Head:
    try:
        told = orjson.loads(line)
        head = Head(_count(told, "tenant_id"), _count(told, "position"), bytes.fromhex(told["hash"]))
    except (ValueError, TypeError, KeyError):
        head = None
    if head is None or len(head.hash) != HASH_BYTES:
        message = f"Line {number} is no anchor: it needs tenant_id, position and hash."
        raise InvalidInput([{"type": "anchor", "loc": ["anchors", number], "msg": message, "input": None}], REMEDY)
    return head


def _count(told: Any, name: Literal["tenant_id", "position"]) -> int:
    value = told[name]
    if not isinstance(value, int) or not 0 < value < 2**63:
        raise ValueError(name)
    return value
