"""A message through Apprise, by a courier process that is ended when it takes too long."""

import asyncio
import os
import sys
from typing import Any

import orjson

from carbon_nexus.notifications.model import Outcome

DEADLINE_SECONDS = 30.0  # 1.5 of them for Apprise to load its services
# no proxy, no home directory with passwords, no settings of ours
KEPT = ("PATH", "PYTHONPATH", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")


async def why_not_taken(url: str, *, allow_private: bool) -> str | None:
    """Why Apprise takes no such address; None: it does. Nothing is sent."""
    try:
        answer = await _ask({"url": url, "allow_private": allow_private, "text": None}, DEADLINE_SECONDS)
    except TimeoutError:
        return f"could not be checked within {DEADLINE_SECONDS:.0f} s; try again"
    problem: str | None = answer["problem"]
    return problem


async def send_through_apprise(
    url: str, title: str, text: str, *, allow_private: bool, deadline_seconds: float = DEADLINE_SECONDS
) -> Outcome:
    """Hand one message to Apprise. Raises nothing that the receiver or its address could cause."""
    message = {"url": url, "allow_private": allow_private, "title": title, "text": text}
    try:
        answer = await _ask(message, deadline_seconds)
    except TimeoutError:
        return Outcome(f"not through within {deadline_seconds:g} s")
    if answer["problem"] is None:
        return Outcome()
    return Outcome(answer["problem"], answer["http_status"], final=answer["final"])


async def _ask(question: dict[str, Any], deadline_seconds: float) -> dict[str, Any]:
    courier = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "carbon_nexus.notifications.courier"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # logs of libraries may name passwords
        env={name: os.environ[name] for name in KEPT if name in os.environ},
    )
    try:
        async with asyncio.timeout(deadline_seconds):
            answer, _ = await courier.communicate(orjson.dumps(question))  # not an argument: those are seen by all
    finally:
        if courier.returncode is None:
            courier.kill()
            await courier.wait()
    if courier.returncode:
        return {"problem": "Apprise failed", "final": False, "http_status": None}
    told: dict[str, Any] = orjson.loads(answer)
    return told
