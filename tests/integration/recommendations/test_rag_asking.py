"""A separate RAG service, a real one over HTTP: well, down, hanging, talking nonsense, and back again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from carbon_nexus.db.engine import conninfo
from carbon_nexus.kit.breaker import Breaker
from carbon_nexus.kit.http import Patience
from carbon_nexus.kit.jobs import make_worker_app, run_worker
from carbon_nexus.recommendations.rag_agree import RagAnswer, measure_id_of, read_answer
from carbon_nexus.recommendations.rag_client import RemoteRag
from carbon_nexus.recommendations.rag_jobs import (
    FORGOTTEN,
    MOST_RETRIES,
    NEWS_FOR,
    QUEUE,
    Asking,
    defer_asking,
    register,
)
from carbon_nexus.recommendations.rag_service import take_answer
from tests.answering import Answer, Answering, Call, answering

from .conftest import Row, Rows

PAUSE_SECONDS, SHORT_SECONDS = 30.0, 0.3
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
DOORS = {"title": "Fit fast doors", "description": "On the docks.", "co2_reduction": 15, "cost_impact": "+2%",
         "feasibility": 8, "confidence": 0.7}  # fmt: skip
SPEED = {"title": "Slow down", "description": "To 80.", "co2_reduction": "15%", "feasibility": 6, "confidence": 0.5}
TOLD = {"root_cause": "The doors stand open.", "actions": [DOORS, SPEED]}


@dataclass
class Remote:
    """The service of a test: what it answers to a question, and its breaker's time."""

    tell: Callable[[Row], Any] = lambda _: TOLD
    status: int = 200
    now: float = 0.0
    asked: list[Row] = field(default_factory=list)

    def answer(self, call: Call) -> Answer:
        assert call.path == "/api/rag/recommend"
        self.asked.append(orjson.loads(call.body))
        return Answer(self.tell(self.asked[-1]), self.status)


@pytest.fixture
def remote() -> Remote:
    return Remote()


@pytest.fixture
def serving(remote: Remote) -> Iterator[Answering]:
    with answering(remote.answer) as made:
        yield made


@pytest.fixture
async def asking(engine: AsyncEngine, serving: Answering, remote: Remote, now: datetime) -> AsyncIterator[Asking]:
    breaker = Breaker("RAG service", pause_seconds=PAUSE_SECONDS, clock=lambda: remote.now)
    client = RemoteRag(serving.url, breaker=breaker, patience=Patience(attempts=1))
    yield Asking(engine, lambda: now, client)
    await client.aclose()


@pytest.fixture
def waiting(rows: Rows, now: datetime) -> Callable[..., int]:
    """A hotspot with an embedded proposal, whose diagnosis waits for the service."""

    def made(entity: str = "Trunk", **diagnosis: Any) -> int:
        hotspot_id = rows.hotspot(entity)
        rows.recommendation(hotspot_id, "M15", supplier_id=entity)
        row = {"hotspot_id": hotspot_id, "tenant_id": 1, "cause": "load", "root_cause": "Half empty.",
               "remote": "waiting", "created_at": now, "updated_at": now} | diagnosis  # fmt: skip
        names = ", ".join(row)
        values = ", ".join(f"%({name})s" for name in row)
        rows.connection.execute(f"INSERT INTO diagnoses ({names}) VALUES ({values})", row)
        return hotspot_id

    return made


def mark(rows: Rows, hotspot_id: int) -> tuple[Any, ...] | None:
    query = "SELECT remote, remote_detail FROM diagnoses WHERE hotspot_id = %s"
    return rows.connection.execute(query, [hotspot_id]).fetchone()


def stored(rows: Rows, hotspot_id: int) -> list[tuple[Any, ...]]:
    query = "SELECT engine, title, co2_reduction FROM recommendations WHERE hotspot_id = %s ORDER BY id"
    return rows.connection.execute(query, [hotspot_id]).fetchall()


async def test_its_actions_stand_beside_the_embedded_proposals(
    asking: Asking, serving: Answering, remote: Remote, waiting: Callable[..., int], rows: Rows,
    client: httpx.AsyncClient, now: datetime,
) -> None:  # fmt: skip
    hotspot_id = waiting()
    assert await asking.about(1, [hotspot_id], last=False) is None
    assert remote.asked == [
        {"supplier": "Trunk", "predicted": 583.85, "baseline": 439.65, "hotspot_reason": "Half empty.",
         "event_type": "logistics", "hotspot_id": hotspot_id, "save_to_db": False}
    ]  # fmt: skip
    assert mark(rows, hotspot_id) == ("answered", None)
    assert stored(rows, hotspot_id) == [
        ("embedded", "Do it", 57.5), ("rag", "Fit fast doors", None), ("rag", "Slow down", None),
    ]  # fmt: skip
    newest, before, _ = (await client.get("/recommendations")).json()
    assert (newest["title"], newest["measure_id"], newest["status"]) == (
        "Slow down",
        measure_id_of("Slow down"),
        "pending",
    )
    assert (before["root_cause"], before["feasibility"], before["confidence"]) == ("The doors stand open.", 8, 0.7)
    told = before["provenance"]
    assert (told["service"], told["answered_at"], told["quoted"]["co2_reduction"]) == (serving.url, now.isoformat(), 15)
    assert "does not tell it in kg CO2e per 28 days" in told["reason"]
    actions = [(action, subject, user) for action, subject, user, _, _ in rows.audit()]
    assert actions[0] == ("recommendation.rag_answered", str(hotspot_id), "rag")
    assert [(action, user) for action, _, user in actions[1:]] == [("recommendation.proposed", "rag")] * 2


async def test_what_another_answer_recommends_for_the_entity_at_the_same_time_is_not_missed(
    engine: AsyncEngine, waiting: Callable[..., int], rows: Rows, now: datetime
) -> None:
    first = waiting()
    rows.connection.execute("UPDATE hotspots SET status = 'resolved'")
    second = waiting()
    told = read_answer(orjson.dumps(TOLD))
    assert isinstance(told, RagAnswer)

    async def take(hotspot_id: int) -> int:
        async with engine.begin() as connection:
            return await take_answer(connection, 1, hotspot_id, told, "it", now)

    async with engine.begin() as one:
        assert await take_answer(one, 1, first, told, "it", now) == 2
        other = asyncio.create_task(take(second))
        while not (other.done() or rows.connection.execute(WAITING).fetchone()):
            await asyncio.wait([other], timeout=0.01)
    assert await other == 0
    found, detail = mark(rows, second) or ()
    assert (found, "is pending already" in detail) == ("answered", True)


@pytest.mark.parametrize("other", [{"entity_type": "supplier"}, {"event_type": "delivery"}])
async def test_what_became_of_it_at_an_entity_of_another_kind_does_not_matter(
    other: Row, asking: Asking, waiting: Callable[..., int], rows: Rows
) -> None:
    rows.recommendation(rows.hotspot(**other), measure_id_of("Slow down"))
    hotspot_id = waiting()
    await asking.about(1, [hotspot_id], last=False)
    assert mark(rows, hotspot_id) == ("answered", None)
    assert len(stored(rows, hotspot_id)) == 3


async def test_asked_again_it_adds_nothing(
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows
) -> None:
    hotspot_id = waiting()
    await asyncio.gather(*(asking.about(1, [hotspot_id], last=False) for _ in range(3)))
    count = len(remote.asked)
    await asking.about(1, [hotspot_id], last=False)
    assert len(remote.asked) == count
    assert (len(stored(rows, hotspot_id)), len(rows.audit())) == (3, 3)
    rows.connection.execute("UPDATE diagnoses SET remote = 'waiting'")  # the hotspot has risen
    await asking.about(1, [hotspot_id], last=False)
    assert len(remote.asked) == count + 1
    assert (len(stored(rows, hotspot_id)), len(rows.audit())) == (3, 4)


@pytest.mark.parametrize(
    ("told", "status", "mark_after", "why"),
    [
        (b"", 503, "waiting", "answered 503"),
        (b"", 429, "waiting", "answered 429"),
        (b"<html>It works!</html>", 200, "failed", "wrong answer: not JSON"),
        (b'{"actions": [{"title": NaN}]}', 200, "failed", "wrong answer: no action can be used"),
        ({"error": "no model"}, 200, "failed", "wrong answer: actions is not a list"),
    ],
)
async def test_without_an_answer_the_embedded_proposal_stands_and_is_marked(
    told: Any, status: int, mark_after: str, why: str,
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows,
) -> None:  # fmt: skip
    remote.tell, remote.status = lambda _: told, status
    hotspot_id = waiting()
    outage = await asking.about(1, [hotspot_id], last=False)
    assert (outage is not None) is (mark_after == "waiting")
    found, detail = mark(rows, hotspot_id) or ()
    assert found == mark_after
    assert detail.startswith(why)
    assert stored(rows, hotspot_id) == [("embedded", "Do it", 57.5)]


async def test_one_that_hangs_is_left_at_the_deadline(
    asking: Asking, serving: Answering, waiting: Callable[..., int], rows: Rows
) -> None:
    serving.answer = serving.hang
    hotspot_id = waiting()
    hasty = RemoteRag(serving.url, answer_seconds=SHORT_SECONDS)
    assert await replace(asking, client=hasty).about(1, [hotspot_id], last=False) == "timed out"
    await hasty.aclose()
    assert mark(rows, hotspot_id) == ("waiting", "timed out")


async def test_one_that_fell_over_is_asked_again_after_a_pause(
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows
) -> None:
    ids = [waiting(f"Site {number}") for number in range(6)]
    remote.status = 503
    for _ in range(5):
        await asking.about(1, ids, last=False)
    remote.status, count = 200, len(remote.asked)
    assert "failures in a row" in (await asking.about(1, ids, last=False) or "")
    assert len(remote.asked) == count
    remote.now += PAUSE_SECONDS
    await asking.about(1, ids, last=False)  # one call may try, the others follow it
    assert {mark(rows, each) for each in ids} == {("answered", None)}


async def test_what_it_says_too_much_or_wrongly_is_bounded(
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows, client: httpx.AsyncClient
) -> None:
    many = [{"title": f"<script>alert(1)</script>Measure {number}", "co2_reduction": 1e308} for number in range(999)]
    remote.tell = lambda _: {"root_cause": "a\x00b<img src=x onerror=alert(1)>", "actions": many}
    hotspot_id = waiting()
    await asking.about(1, [hotspot_id], last=False)
    assert mark(rows, hotspot_id) == ("answered", "989 actions after the first 10")
    answer = await client.get("/recommendations?limit=500")
    told = [each for each in answer.json() if each["engine"] == "rag"]
    assert [each["title"] for each in reversed(told)] == [f"Measure {number}" for number in range(10)]
    assert {(each["root_cause"], each["co2_reduction"]) for each in told} == {("a b", None)}


async def test_a_bad_answer_for_one_hotspot_loses_none_of_the_others(
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows
) -> None:
    ids = [waiting(f"Site {number}") for number in range(6)]
    remote.tell = lambda asked: b"nonsense" if asked["hotspot_id"] == ids[1] else TOLD
    assert await asking.about(1, ids, last=False) is None
    assert [mark(rows, each) for each in ids] == [("answered", None), ("failed", "wrong answer: not JSON")] + [
        ("answered", None)
    ] * 4


async def test_an_outage_ends_the_questions_and_the_last_attempt_marks_all(
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows
) -> None:
    ids = [waiting(f"Site {number}") for number in range(6)]
    remote.status = 503
    await asking.about(1, ids, last=False)
    assert len(remote.asked) == 1
    assert [mark(rows, each) for each in ids] == [("waiting", "answered 503")] + [("waiting", None)] * 5
    await asking.about(1, ids, last=True)
    assert len(remote.asked) == 2
    assert {(mark(rows, each) or ())[0] for each in ids} == {"failed"}
    assert [action for action, *_ in rows.audit()] == ["recommendation.rag_failed"] * 6


async def test_the_timer_asks_again_when_it_is_back(
    asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows, now: datetime
) -> None:
    long_ago = now - FORGOTTEN - timedelta(seconds=1)
    failed = [waiting("A", remote="failed"), waiting("B", remote="failed", updated_at=now - timedelta(minutes=1))]
    forgotten = waiting("C", updated_at=long_ago)
    others = [
        waiting("D"), waiting("E", remote=None), waiting("F", remote="answered"),
        waiting("G", remote="failed", created_at=now - NEWS_FOR),
    ]  # fmt: skip
    over = waiting("H", remote="failed")
    rows.connection.execute("UPDATE hotspots SET status = 'resolved' WHERE id = %s", [over])
    remote.status = 503
    await asking.again()
    assert [each["supplier"] for each in remote.asked] == ["C"]  # the one that was not tried for longest, and no other
    remote.status = 200
    await asking.again()
    assert [each["supplier"] for each in remote.asked[1:]] == ["B", "A", "C"]
    assert {mark(rows, each) for each in (*failed, forgotten)} == {("answered", None)}
    assert {len(stored(rows, each)) for each in (*others, over)} == {1}


async def test_of_another_tenant_nothing_is_asked(asking: Asking, remote: Remote, waiting: Callable[..., int]) -> None:
    assert await asking.about(2, [waiting()], last=False) is None
    assert remote.asked == []


async def test_the_job_runs_in_its_own_queue_is_retried_and_comes_to_an_end(
    engine: AsyncEngine, database_url: str, asking: Asking, remote: Remote, waiting: Callable[..., int], rows: Rows
) -> None:
    hotspot_id = waiting()
    async with engine.begin() as connection:
        await defer_asking(connection, 1, [hotspot_id])
    app = make_worker_app(conninfo(database_url))
    register(app, asking)
    remote.status = 503
    async with app.open_async():
        await run_worker(app, until_empty=True)  # an ordinary worker leaves it alone
        assert remote.asked == []
        await run_worker(app, until_empty=True, queues=(QUEUE,))
        assert len(remote.asked) == 1
        assert mark(rows, hotspot_id) == ("waiting", "answered 503")
        due = "UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = %s WHERE status = 'todo'"
        rows.connection.execute(due, [MOST_RETRIES])
        await run_worker(app, until_empty=True, queues=(QUEUE,))
    assert mark(rows, hotspot_id) == ("failed", "answered 503")
    left = rows.connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'").fetchone()
    assert left == (0,)
