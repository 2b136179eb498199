"""Every endpoint of a running server, tried once: does it answer what the documentation promises?

Nothing is stored by it: what would change something is sent so that it must be refused, or asks for a decision on an
id that cannot exist. The two scans are the exception; they do at once what the timer does within minutes anyway.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
from pydantic import TypeAdapter, ValidationError

from carbon_nexus.errors import InvalidInput
from carbon_nexus.operations.case import Case
from carbon_nexus.operations.cases import every_case

PASSED, FAILED = "ok", "failed"
ANSWER = httpx.Timeout(30.0, connect=5.0)  # a scan after a large import may take a while; connecting may not
LONGEST_REMARK = 200


class Trial(NamedTuple):
    """One endpoint tried: `result` is "ok" or "failed", `status` and `ms` are null where no answer came."""

    endpoint: str
    result: str
    status: int | None
    ms: int | None
    remark: str

    @property
    def passed(self) -> bool:
        """Whether the endpoint answered as promised."""
        return self.result == PASSED


def try_every_endpoint(url: str, key: str | None) -> Iterator[Trial]:
    """Try every endpoint of the server at `url`, with this bearer key if any; one trial each, as they are done.

    Where no connection can be made the first trial says so and is the last. Raises InvalidInput when `url` is not
    an HTTP address.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with httpx.Client(base_url=_address(url), headers=headers, timeout=ANSWER) as client:
        for case in every_case():
            try:
                yield _try(client, case)
            except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
                remark = f"cannot connect to {url}: {problem}; the other endpoints were not tried"
                yield Trial(case.endpoint, FAILED, None, None, remark)
                return
            except httpx.TransportError as problem:
                yield Trial(case.endpoint, FAILED, None, None, f"no answer: {type(problem).__name__} {problem}".strip())


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as problem:
        raise _refused(url, str(problem)) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise _refused(url, "it must start with http:// or https:// and name a host")
    return address


def _refused(url: str, rule: str) -> InvalidInput:
    problem = {"type": "url", "loc": ["url"], "msg": f"{url!r} is no address of a server: {rule}.", "input": url}
    return InvalidInput([problem], "Example: carbon-nexus smoke http://127.0.0.1:8000")


def _try(client: httpx.Client, case: Case) -> Trial:
    answer = client.request(case.method, case.path.format(**case.of), **case.sent)
    remark = _broken(case, answer)
    ms = round(answer.elapsed.total_seconds() * 1000)
    return Trial(case.endpoint, FAILED if remark else PASSED, answer.status_code, ms, remark[:LONGEST_REMARK])


def _broken(case: Case, answer: httpx.Response) -> str:
    """Which promise the answer breaks; empty when it keeps all."""
    if answer.status_code != case.status:
        return f"expected {case.status}, got {answer.status_code}: {answer.text.strip()}"
    if isinstance(case.promise, str):
        return "" if case.promise in answer.text else f"{case.promise} is not in the answer"
    return _broken_by_json(TypeAdapter(case.promise), answer.content)


def _broken_by_json(promised: TypeAdapter[Any], body: bytes) -> str:
    try:
        found = promised.validate_json(body, strict=True)
    except ValidationError as problem:
        first = problem.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the answer'}: {first['msg']}"
    # a field with a default value passes validation when it is absent, but it is promised all the same
    if promised.dump_python(found, exclude_unset=True) != promised.dump_python(found):
        return "a promised field is absent"
    return ""
