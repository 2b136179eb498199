"""From what was sent to rules that can hold: every key checked, everything left out filled in. Pure."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from carbon_nexus.errors import InvalidInput
from carbon_nexus.rules.defaults import Defaults
from carbon_nexus.rules.refusals import Refused, Where, entries, entry
from carbon_nexus.rules.schemas import MODELS, MOST_RULES, RuleSpec
from carbon_nexus.rules.terms import complete

ANSWERED = ("built_in", "created_at", "updated_at")
"""Keys of an answer that are no keys of a rule: an answer may come back as it is."""

MOST_PROBLEMS = 100  # that are told at once
NOTHING_STORED = "Nothing was stored."


def read_one(sent: Any, defaults: Defaults, where: Where = ("body",), name: str | None = None) -> RuleSpec:
    """The complete rule of a mapping of keys; `name`: its name, told elsewhere. Raises InvalidInput, all problems."""
    if name is not None and isinstance(sent, dict):
        if sent.get("name", name) != name:
            refused = Refused(f"is not the name in the address, {name}", "Leave it out, or correct one of the two.")
            raise InvalidInput([entry(name, where, ("name",), sent["name"], refused)], NOTHING_STORED)
        sent = {**sent, "name": name}
    spec, problems = _read(sent, defaults, where)
    if spec is None:
        raise InvalidInput(problems[:MOST_PROBLEMS], NOTHING_STORED)
    return spec


def read_all(sent: Any, defaults: Defaults, where: Where = ("body",)) -> list[RuleSpec]:
    """The complete rules of a list; the built-in one, as `GET /rules` lists it, is left out.

    Raises InvalidInput with the problems of all rules, and where two have one name.
    """
    if not isinstance(sent, list) or len(sent) > MOST_RULES:
        refused = Refused(f"must be a list of at most {MOST_RULES} rules", "Send one, or send fewer.")
        raise InvalidInput([entry(None, where, (), None, refused)], NOTHING_STORED)
    own = [(number, each) for number, each in enumerate(sent) if not _is_built_in(each)]
    found = [(number, *_read(each, defaults, (*where, number))) for number, each in own]
    problems = [problem for _, _, theirs in found for problem in theirs]
    specs = [(number, spec) for number, spec, _ in found if spec is not None]
    problems += _repeated(specs, where)
    if problems:
        raise InvalidInput(problems[:MOST_PROBLEMS], NOTHING_STORED)
    return [spec for _, spec in specs]


def _read(sent: Any, defaults: Defaults, where: Where) -> tuple[RuleSpec | None, list[dict[str, Any]]]:
    name = sent.get("name") if isinstance(sent, dict) else None
    told = {key: value for key, value in sent.items() if key not in ANSWERED} if isinstance(sent, dict) else sent
    try:
        return complete(RuleSpec.model_validate(told), defaults), []
    except ValidationError as invalid:
        return None, list(entries(name, where, invalid, MODELS))
    except Refused as refused:
        return None, [entry(name, where, refused.at, refused.value, refused)]


def _is_built_in(sent: Any) -> bool:
    return isinstance(sent, dict) and sent.get("built_in") is True


def _repeated(specs: Sequence[tuple[int, RuleSpec]], where: Where) -> list[dict[str, Any]]:
    """An entry for every rule after the first of its name."""
    first: dict[str, int] = {}
    refused = Refused("is the name of two rules", "Give one of them another name.")
    return [
        entry(spec.name, (*where, number), ("name",), spec.name, refused)
        for number, spec in specs
        if first.setdefault(spec.name, number) != number
    ]
