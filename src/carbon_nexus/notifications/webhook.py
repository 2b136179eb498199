"""One signed webhook to one address (Standard Webhooks, CloudEvents body), and never to our own network."""

import asyncio
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx
import orjson
from standardwebhooks import Webhook

from carbon_nexus.notifications.addresses import why_refused
from carbon_nexus.notifications.model import Outcome

DEADLINE_SECONDS = 10.0  # for everything: the name, the connection, the answer
PASSING = frozenset({408, 429})  # of the statuses that blame the sender, those that do not last


async def send_webhook(
    url: str,
    secret: str,
    event: Mapping[str, Any],
    now: datetime,
    *,
    allow_private: bool,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Outcome:
    """POST the event to `url`, signed with `secret`; the id of the event is the webhook-id of every attempt.

    Raises nothing that the receiver, its name or its address could cause: all of that is an Outcome.
    """
    body = orjson.dumps(event)
    try:
        async with asyncio.timeout(deadline_seconds):
            addresses = await _addresses(httpx.URL(url))
            if not allow_private and (refused := next(filter(None, map(why_refused, addresses)), None)):
                return Outcome(refused, final=True)
            return await _post(httpx.URL(url), addresses, body, signed(secret, event["id"], now, body), now)
    except TimeoutError:
        return Outcome(f"no answer within {deadline_seconds:g} s")
    except socket.gaierror:
        return Outcome("its name cannot be looked up")
    except (httpx.InvalidURL, UnicodeError):
        return Outcome("its address is not a URL", final=True)
    except httpx.TransportError as problem:
        return Outcome(f"no connection: {problem or type(problem).__name__}")


def signed(secret: str, webhook_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of the event: the three of Standard Webhooks, and the kind of body."""
    return {
        "Content-Type": "application/cloudevents+json",
        "User-Agent": "carbon-nexus",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, now.astimezone(UTC), body.decode()),
    }


async def _addresses(url: httpx.URL) -> list[str]:
    """What the host's name stands for, looked up once: the connection is made to one of these very addresses."""
    lookup = ThreadPoolExecutor(1)  # of its own: a name server that does not answer holds nobody else up
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            lookup, lambda: socket.getaddrinfo(url.raw_host.decode(), None, type=socket.SOCK_STREAM)
        )
    finally:
        lookup.shutdown(wait=False)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def _post(
    url: httpx.URL, addresses: list[str], body: bytes, headers: Mapping[str, str], now: datetime
) -> Outcome:
    host = url.raw_host.decode()
    # without the environment: a proxy would look the name up once more, and go where it leads by then
    async with httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=None, follow_redirects=False) as client:
        for address in addresses:
            request = client.build_request(
                "POST",
                url.copy_with(host=address),
                content=body,
                headers={**headers, "Host": url.netloc.decode()},
                extensions={"sni_hostname": host},  # the certificate is still that of the name
            )
            try:
                answer = await client.send(request, stream=True)
            except httpx.ConnectError:
                if address == addresses[-1]:
                    raise
                continue
            await answer.aclose()  # the status is all we want; the body may never end
            return _outcome(answer.status_code, answer.headers.get("retry-after"), now)
    raise AssertionError("a name stands for at least one address")


@cache
def _trusted() -> SSLContext:
    return httpx.create_ssl_context()


def _outcome(status: int, retry_after: str | None, now: datetime) -> Outcome:
    if 200 <= status < 300:
        return Outcome(http_status=status)
    passing = status >= 500 or status in PASSING
    why = f"answered {status}" + ("; redirects are not followed" if 300 <= status < 400 else "")
    return Outcome(why, status, final=not passing, retry_after=_asked(retry_after, now) if passing else None)


def _asked(retry_after: str | None, now: datetime) -> timedelta | None:
    """What the header Retry-After asks for: seconds, or a date."""
    if retry_after is None:
        return None
    try:
        if retry_after.strip().isdecimal():
            return timedelta(seconds=min(int(retry_after), 10**9))
        return parsedate_to_datetime(retry_after).astimezone(UTC) - now
    except (ValueError, OverflowError):
        return None
