"""A document is read by a process of its own, which is ended when it takes too long: a hostile file holds up nobody."""

import asyncio
import os
import sys

import orjson

from carbon_nexus.documents.model import Kind, Reading, Section, Unreadable

DEADLINE_SECONDS = 300.0  # 2,000 pages of dense text take about a minute and a half
KEPT = ("PATH", "PYTHONPATH", "LANG", "TZ")  # of the environment: passwords are none of its business


async def read_apart(kind: Kind, content: bytes, deadline_seconds: float = DEADLINE_SECONDS) -> Reading:
    """The document in pieces. Raises Unreadable, also where reading takes too long or too much memory."""
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "carbon_nexus.documents.reader", kind, str(int(deadline_seconds) + 1)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # libraries complain of every flaw of a file
        env={name: os.environ[name] for name in KEPT if name in os.environ},
    )
    try:
        async with asyncio.timeout(deadline_seconds):
            answer, _ = await reader.communicate(content)
    except TimeoutError:
        raise Unreadable(f"Reading it takes longer than {deadline_seconds:g} s. Send it in parts.") from None
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    if reader.returncode:
        raise Unreadable("Reading it takes too much memory, or breaks the reader. Save it again, or in parts.")
    return _reading(answer)


def _reading(answer: bytes) -> Reading:
    told = orjson.loads(answer)
    if problem := told["problem"]:
        raise Unreadable(problem)
    return Reading(tuple(Section(*piece) for piece in told["pieces"]), told["pages"], told["title"])
