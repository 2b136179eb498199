"""Which web pages may connect: browsers do not ask first, as they do for HTTP from another page."""

from collections.abc import Sequence
from urllib.parse import urlsplit

REFUSAL = {"detail": "Pages of this origin may not connect.", "code": "forbidden", "remedy": "Add it to CORS_ORIGINS."}
"""The body of the 403."""


def may_connect(origin: str | None, host: str | None, allowed: Sequence[str]) -> bool:
    """Whether a page from `origin` may: one of the allowed, or one this server (`host`) sent. Programs send none."""
    if origin is None or "*" in allowed or origin in allowed:
        return True
    return host is not None and urlsplit(origin).netloc.lower() == host.lower()
