"""The error tree: every business error has an HTTP status and a stable code, and one JSON shape."""

from typing import Any, ClassVar


class CarbonNexusError(Exception):
    """A failure a person can act on. `detail` says what is wrong, `remedy` what to do about it (may be empty)."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, detail: str, remedy: str = "") -> None:
        super().__init__(f"{detail} {remedy}".strip())
        self.detail = detail
        self.remedy = remedy

    def body(self) -> dict[str, Any]:
        """The JSON answer: `detail` (as in the original services), `code`, `remedy`."""
        return {"detail": self.detail, "code": self.code, "remedy": self.remedy}


class StartRefused(CarbonNexusError):
    """The process must not start: a setting, the data directory or the database stands in the way."""

    code = "start_refused"


class NotFound(CarbonNexusError):
    """There is no such thing for this tenant."""

    status, code = 404, "not_found"


class Conflict(CarbonNexusError):
    """The move is not legal from the present state."""

    status, code = 409, "conflict"


class BadRequest(CarbonNexusError):
    """The request is well formed but cannot be answered (kept at 400 where the original answered 400)."""

    status, code = 400, "bad_request"


class InvalidInput(CarbonNexusError):
    """A value breaks a rule. `problems` name field, value, rule and hint, one entry for each.

    An entry has the shape of a validation error of the API: {"type", "loc", "msg", "input"}.
    """

    status, code = 422, "invalid_input"

    def __init__(self, problems: list[dict[str, Any]], remedy: str = "") -> None:
        super().__init__(" ".join(str(problem["msg"]) for problem in problems), remedy)
        self.problems = problems

    def body(self) -> dict[str, Any]:
        """As of every error, with the list of problems as `detail`."""
        return {"detail": self.problems, "code": self.code, "remedy": self.remedy}


class TooLarge(CarbonNexusError):
    """The body is larger than the limit."""

    status, code = 413, "too_large"


class Unauthorized(CarbonNexusError):
    """No valid API key came with the request."""

    status, code = 401, "unauthorized"


class Unavailable(CarbonNexusError):
    """The database (or another part we cannot answer without) does not answer."""

    status, code = 503, "unavailable"
