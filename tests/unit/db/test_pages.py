"""Rows as ready-made JSON."""

import json
from datetime import UTC, datetime
from uuid import UUID

from carbon_nexus.db.pages import json_rows


def test_rows_leave_as_one_array_with_moments_ids_and_nulls() -> None:
    at = datetime(2026, 3, 18, 12, 0, 0, 5, tzinfo=UTC)
    answer = json_rows([{"id": 2**63 - 1, "at": at, "job_id": UUID(int=1), "why": None, "é": [1.5, {"a": True}]}])
    assert answer.media_type == "application/json"
    assert json.loads(bytes(answer.body)) == [
        {
            "id": 2**63 - 1, "at": "2026-03-18T12:00:00.000005+00:00", "job_id": str(UUID(int=1)), "why": None,
            "é": [1.5, {"a": True}],
        }
    ]  # fmt: skip


def test_what_is_no_number_is_null_and_no_rows_are_an_empty_array() -> None:
    assert json.loads(bytes(json_rows([{"x": float("nan"), "y": float("inf")}]).body)) == [{"x": None, "y": None}]
    assert json_rows([]).body == b"[]"


def test_headers_stand_beside_the_rows() -> None:
    assert json_rows([], {"X-Total-Count": "0"}).headers["x-total-count"] == "0"
