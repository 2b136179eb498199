"""What stands in the way of a rule, in words: which key, which value, what it breaks, what to do. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process

from carbon_nexus.kit.plain import echo, plain

Where = Sequence[str | int]
_MOST_SHOWN = 80  # characters of a value in a sentence
_NEAR_ENOUGH = 60  # of 100
_OPENINGS = {
    "missing": "is missing",
    "invalid_key": "is a key that is no text",
    "string_pattern_mismatch": "must be of lower-case letters, digits and . _ - and begin with one of the first two",
    "string_type": "must be a text",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of names",
    "model_type": "must be a mapping of keys",
}


class Refused(ValueError):
    """A value that breaks a rule. `rule` and `remedy` are the words of an error entry; `at`: the keys that lead to it,
    as far as the caller does not know them; `value`: what was refused, where it is not the whole of what was checked.
    """

    def __init__(self, rule: str, remedy: str, at: Where = (), value: Any = None) -> None:
        super().__init__(f"{rule}. {remedy}")
        self.rule, self.remedy, self.at, self.value = rule, remedy, tuple(at), value


def entry(name: Any, where: Where, at: Where, value: Any, refused: Refused, kind: str = "rule") -> dict[str, Any]:
    """An error entry about key `at` of the rule `name`; `where`: what it was sent in, and its place there."""
    whose = f"Rule '{shown(name)}': " if isinstance(name, str) else ""
    path = ".".join(shown(str(part)) or "''" for part in at if part != "[key]") or "The rule"
    told = "" if value is None else f" {quoted(value)}"
    return {
        "type": kind,
        "loc": [plain(part) for part in (*where, *at)],
        "msg": f"{whose}{path}{told} {refused.rule}. {refused.remedy}",
        "input": echo(value),
        "rule": refused.rule,
        "remedy": refused.remedy,
    }


def entries(name: Any, where: Where, invalid: ValidationError, models: dict[str, type[BaseModel]]) -> Iterable[Any]:
    """The entries of a body that is no rule. `models`: what stands under a key, and under "" the rule itself."""
    for error in invalid.errors(include_url=False):
        cause = (error.get("ctx") or {}).get("error")
        if isinstance(cause, Refused):
            value = error["input"] if not cause.at else cause.value
            yield entry(name, where, (*error["loc"], *cause.at), value, cause)
            continue
        value = None if error["type"] == "missing" else error["input"]
        refused = _of_shape(error["type"], error["msg"], error["loc"], models)
        yield entry(name, where, error["loc"], value, refused, error["type"])


def nearest(name: str, known: Iterable[str]) -> str:
    """A question whether the known name most like it is meant, with a space at its end; or nothing."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return f"Did you mean {found[0]}? " if found else ""


def shown(text: str) -> str:
    """A text of the caller's as a sentence repeats it: in one line, and short."""
    short = text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"
    return str(plain(short)).encode("unicode_escape").decode() if not short.isprintable() else short


def quoted(value: Any) -> str:
    """A refused value in a sentence; of a list or mapping only that it is one."""
    if isinstance(value, str):
        return f"'{shown(value)}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return "(a mapping)" if isinstance(value, dict) else "(a list)"
    return shown(str(plain(value)))


def _of_shape(kind: str, message: str, at: Where, models: dict[str, type[BaseModel]]) -> Refused:
    """Words for what pydantic found: of a key that is none the nearest that is, of others an example of the key."""
    model, fields = models[""], _by_key(models[""])
    example = None
    for before, part in zip(("", *at), at, strict=False):
        if before != "overrides" and part in fields:
            example = (fields[part].examples or [None])[0]
            model = models.get(str(part), model)
            fields = _by_key(model)
    if kind == "extra_forbidden":
        return Refused("is not a key here", f"{nearest(str(at[-1]), fields)}The keys are: {', '.join(fields)}.")
    rule = _OPENINGS.get(kind) or re.sub(r"^\w+ should ", "must ", message)
    return Refused(rule, "Correct it." if example is None else f"Write it like {example}.")


def _by_key(model: type[BaseModel]) -> dict[Any, Any]:
    return {info.alias or name: info for name, info in model.model_fields.items()}
