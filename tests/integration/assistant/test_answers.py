"""Answers without a language model: the figures asked about and the passages that fit, each with its source."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from carbon_nexus.assistant.compose import NOTHING
from tests.integration.assistant.conftest import LETTER, Stored, events_of
from tests.integration.documents.conftest import Watched

NO_MODEL = "No language model is configured"


async def ask(client: httpx.AsyncClient, question: str, path: str = "/api/query", **more: Any) -> Any:
    answer = await client.post(path, json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def lived(stored: Stored) -> Stored:
    """Two routes and a warehouse over two days, three hotspots, two recommendations and a letter."""
    stored.emissions("Trunk", 1, 1000.5)
    stored.emissions("Trunk", 30, 200.0)
    stored.emissions("Feeder", 1, 400.0)
    stored.emissions("WH-07", 1, 50.0, "warehouse")
    high = stored.hotspot("Trunk", percent_above=80.0, severity="critical", excess_kg=12.34)
    stored.hotspot("Feeder")
    stored.hotspot("Feeder", metric="absolute", status="resolved", percent_above=900.0)
    stored.recommendation(high, "Trunk")
    stored.recommendation(high, "Trunk", measure_id="L02", status="approved", co2_reduction=None)
    stored.document(LETTER)
    return stored


async def test_emissions_of_a_period_and_of_one_before(client: httpx.AsyncClient, lived: Stored) -> None:
    answer = await ask(client, "How much did trunk emit?")
    (figure,) = answer["figures"]
    assert (figure["value"], figure["unit"], figure["about"]) == (1000.5, "kg CO2e", ["Trunk"])
    assert figure["window"] == {"first": "2026-02-19", "last": "2026-03-18"}
    assert figure["text"].endswith("1,000.5 kg CO2e; 2 events; the 28 days before: 200.0 kg CO2e")
    all_of_it = await ask(client, "And our emissions yesterday?")
    assert [(each["value"], each["about"]) for each in all_of_it["figures"]] == [(1450.5, [])]
    of_type = await ask(client, "emissions", filters={"event_type": "warehouse", "days": 7})
    assert [each["value"] for each in of_type["figures"]] == [50.0]


async def test_the_largest_emitters(client: httpx.AsyncClient, lived: Stored) -> None:
    answer = await ask(client, "Which route has the highest emissions?")
    assert [(each["about"], each["value"]) for each in answer["figures"][1:]] == [
        (["Trunk"], 1000.5),
        (["Feeder"], 400.0),
        (["WH-07"], 50.0),
    ]


async def test_open_hotspots_and_those_furthest_above_typical(client: httpx.AsyncClient, lived: Stored) -> None:
    answer = await ask(client, "What are the worst hotspots?")
    count, *top = answer["figures"]
    assert (count["value"], count["source"]) == (2, "/hotspots?status=active")
    assert [(each["about"], each["value"], each["unit"]) for each in top] == [
        (["Trunk"], 80.0, "% above typical"),
        (["Feeder"], 32.8, "% above typical"),
    ]
    assert (await client.get(top[0]["source"])).json()["entity"] == "Trunk"
    of_one = await ask(client, "hotspots", filters={"entity": "Feeder"})
    assert [each["value"] for each in of_one["figures"]] == [1, 32.8]


async def test_recommendations_and_their_savings(client: httpx.AsyncClient, lived: Stored) -> None:
    answer = await ask(client, "Which measures are pending?")
    pending, approved, implemented, first = answer["figures"]
    assert [each["value"] for each in (pending, approved, implemented)] == [1, 1, 0]
    assert "1 of them together: 57.2 kg CO2e per 28 days" in pending["text"]
    assert "saving" not in approved["text"]
    assert (first["value"], first["about"]) == (57.25, ["Trunk"])
    assert "between 21.5 and 88.8" in first["text"]
    for figure in answer["figures"]:
        assert (await client.get(figure["source"])).status_code == 200


async def test_the_forecast_or_why_there_is_none(client: httpx.AsyncClient, stored: Stored) -> None:
    stored.emissions("Trunk", 1, 10.0)
    (none,) = (await ask(client, "What is the forecast?"))["figures"]
    assert (none["value"], none["source"]) == (None, "/emissions/forecast")
    assert "1 days of history" in none["reason"]
    for age in range(2, 40):
        stored.emissions("Trunk", age, 10.0)
    days = (await ask(client, "What is the forecast?"))["figures"]
    assert [each["value"] for each in days] == [pytest.approx(10.0, abs=0.5)] * 7


async def test_a_figure_that_is_missing_has_its_reason(client: httpx.AsyncClient, lived: Stored) -> None:
    answer = await ask(client, "emissions", filters={"entity": "Elsewhere"})
    (figure,) = answer["figures"]
    assert (figure["value"], figure["reason"]) == (None, "no event with an estimate in these days")
    assert "not known, no event" in answer["answer"]


async def test_passages_of_documents_are_cited(client: httpx.AsyncClient, lived: Stored) -> None:
    answer = await ask(client, "What did Zwart agree to?")
    cited = answer["citations"][0]
    assert (cited["id"], cited["title"], cited["page"], cited["text"]) == ("P1", "Letter", 3, LETTER)
    assert f"[P1] Letter, page 3: {LETTER}" in answer["answer"]
    assert f"{NO_MODEL}: these are the figures found and the passages that fit best." in answer["answer"]
    assert (answer["model"], answer["grounded"], answer["how"]) == (None, None, "text")


async def test_nothing_found_says_so(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "Qwertz uiop?")
    assert answer["answer"] == f"{NOTHING}\n{NO_MODEL}."
    assert (answer["citations"], answer["figures"]) == ([], [])


async def test_filters_that_are_not_known_are_told(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "emissions", filters={"colour": "red", "days": 7})
    assert answer["notes"] == ["Filters that are not known and were not applied: colour."]


async def test_a_conversation_goes_on(client: httpx.AsyncClient, lived: Stored) -> None:
    history = [{"role": "user", "content": "emissions of trunk"}, {"role": "assistant", "content": "1,000.5 kg"}]
    answer = await ask(client, "And of feeder?", "/api/chat", history=history)
    assert [(each["about"], each["value"]) for each in answer["figures"]] == [(["Feeder"], 400.0)]


@pytest.mark.parametrize("way", ["accept", "stream"])
async def test_a_stream_brings_figures_and_citations_then_the_text_then_all_of_it(
    way: str, client: httpx.AsyncClient, lived: Stored
) -> None:
    body = {"question": "What did Zwart agree to for Trunk? Its emissions?", "stream": way == "stream"}
    headers = {"Accept": "text/event-stream"} if way == "accept" else {}
    answer = await client.post("/api/chat", json=body, headers=headers)
    names, bodies = zip(*events_of(answer), strict=True)
    assert names == ("figures", "citations", *["text"] * (len(names) - 3), "done")
    whole = bodies[-1]
    assert (whole["figures"], whole["citations"]) == (bodies[0], bodies[1])
    assert whole["answer"] == "\n".join(each["text"] for each in bodies[2:-1])


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "question"),
        ({"question": " "}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": "a\x00b"}, "question"),
        ({"question": "x", "filters": {"days": 0}}, "days"),
        ({"question": "x", "filters": {"event_type": "flight"}}, "event_type"),
        ({"question": "x", "history": [{"role": "user", "content": "x"}] * 21}, "history"),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, "role"),
    ],
)
async def test_a_question_out_of_bounds_is_refused(body: Any, place: str, client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/chat", json=body)
    assert answer.status_code == 422
    assert place in answer.json()["detail"][0]["loc"]


async def test_another_tenant_sees_nothing(client: httpx.AsyncClient, lived: Stored, now: datetime) -> None:
    lived.connection.execute("INSERT INTO tenants (id, name) VALUES (2, 'other')")
    day = now.date() - timedelta(days=1)
    row = {"tenant_id": 2, "day": day, "entity": "Theirs", "entity_type": "route", "event_type": "logistics"}
    lived.insert("emissions_entity_daily", **row, co2e_kg=9.0, event_count=1)
    lived.hotspot("Theirs", tenant_id=2)
    answer = await ask(client, "Emissions and open hotspots of Theirs?")
    assert [each["value"] for each in answer["figures"]] == [1450.5, 2]


async def test_no_connection_is_held_while_an_embedding_model_is_asked(
    client: httpx.AsyncClient, app: FastAPI, lived: Stored
) -> None:
    embedder = app.state.embedder = Watched(app.state.engine)
    assert (await ask(client, "How much did trunk emit?"))["figures"]
    assert embedder.held == [0]
