"""What a receiver may be: its address, its signing secret, and what of both may be shown. Pure."""

import base64
import binascii
from typing import Any
from urllib.parse import urlsplit

from carbon_nexus.errors import InvalidInput

SECRET_PREFIX = "whsec_"
SHORTEST_SECRET, LONGEST_SECRET = 24, 64  # bytes, by Standard Webhooks
# of these the first part of an Apprise address is a host; of many others it is a token
HOSTED = frozenset(["apprise", "form", "gotify", "json", "mailto", "matrixs", "mmost", "rocket", "workflow", "xml"])


def check_webhook_url(url: str, *, allow_private: bool) -> None:
    """Raise InvalidInput unless it is https:// (or http://, where private addresses are allowed) and names a host."""
    scheme, host = _parts(url)
    schemes = ("https", "http") if allow_private else ("https",)
    if scheme not in schemes or not host:
        rule = " or ".join(f"{each}://" for each in schemes)
        remedy = "" if allow_private else "WEBHOOK_ALLOW_PRIVATE=true allows http:// and private addresses."
        raise InvalidInput([_problem("url", shown(url), f"must begin with {rule} and name a host")], remedy)


def check_secret(secret: str) -> None:
    """Raise InvalidInput unless the secret is whsec_ and 24 to 64 bytes in base64."""
    try:
        size = len(base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not secret.startswith(SECRET_PREFIX) or not SHORTEST_SECRET <= size <= LONGEST_SECRET:
        rule = f"must be {SECRET_PREFIX} and {SHORTEST_SECRET} to {LONGEST_SECRET} bytes in base64"
        raise InvalidInput([_problem("signing_secret", None, rule)], "Leave it out: one is made for you.")


def check_no_secret(secret: str | None) -> None:
    """Raise InvalidInput where a secret is told of a receiver that signs nothing."""
    if secret is not None:
        rule = "belongs to the kind webhook; what goes through Apprise is not signed"
        raise InvalidInput([_problem("signing_secret", None, rule)], "Leave it out.")


def secret_of(random: bytes) -> str:
    """A signing secret of these random bytes."""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def shown(url: str) -> str:
    """As much of a receiver's address as may be seen: the scheme, and the host where that is no secret."""
    scheme, host = _parts(url)
    known = scheme in ("http", "https") or scheme in HOSTED or scheme.removesuffix("s") in HOSTED
    return f"{scheme}://{host if known else '...'}"


def not_by_apprise(url: str, why: str) -> InvalidInput:
    """The refusal of an address that Apprise does not take."""
    remedy = "How addresses are written: https://appriseit.com/services/"
    return InvalidInput([_problem("url", shown(url), why)], remedy)


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.hostname or ""
    except ValueError:  # brackets that are no IPv6 address
        return "", ""


def _problem(name: str, value: Any, rule: str) -> dict[str, Any]:
    return {"type": "value_error", "loc": ["body", name], "msg": f"{name} {rule}", "input": value}
