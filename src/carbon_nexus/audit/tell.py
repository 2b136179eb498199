"""Tells an anchor outside: to the end of a file, or to an https:// address."""

import asyncio
import os
from pathlib import Path
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 10.0


class Untold(Exception):
    """The anchor did not get through. The words are safe to show: an address may hold a secret."""


async def tell(target: str, line: bytes) -> None:
    """Append the line to the file and flush it to the disk, or POST it as JSON. Raises Untold."""
    if target.startswith("https://"):
        await _post(target, line)
        return
    try:
        await asyncio.to_thread(_append, Path(target), line)
    except OSError as problem:
        raise Untold(f"cannot write to {target}: {problem.strerror}") from problem


def _append(file: Path, line: bytes) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(opened, line)
        os.fsync(opened)
    finally:
        os.close(opened)


async def _post(url: str, line: bytes) -> None:
    # the address is a setting: who may set it may reach whatever this machine does, so no address is refused
    host = urlsplit(url).hostname
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            answer = await client.post(url, content=line, headers={"Content-Type": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise Untold(f"{host} cannot be reached: {type(problem).__name__}") from problem
    if not answer.is_success:
        raise Untold(f"{host} answered {answer.status_code}")
