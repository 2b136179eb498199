"""Rules as a YAML (or JSON) text: what stands in it, and on which line it cannot be read. Pure."""

from typing import Any

import yaml

from carbon_nexus.errors import InvalidInput
from carbon_nexus.rules.reading import NOTHING_STORED
from carbon_nexus.rules.refusals import Refused, entry, shown

LARGEST_FILE = 2**20  # bytes


class _Plain(yaml.SafeLoader):
    """Reads plain values alone, and each where it stands. The safe loader makes no objects, but a page of aliases that
    are merged into each other has more keys than any memory; and of two values of one key it keeps the last.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="has an alias (*); write out what it stands for", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                problem = f"has the key '{shown(key.value)}' twice; keep one"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key.value, str) else None)
        return super().construct_mapping(node, deep)


def rules_in(text: bytes, name: str) -> Any:
    """What the text of the file `name` holds: a list of rules, or what stands under its key `rules`.

    Raises InvalidInput where it is larger than LARGEST_FILE or no YAML, with the line.
    """
    if len(text) > LARGEST_FILE:
        raise _refused(name, f"has more than {LARGEST_FILE // 2**20} MiB", "Send the rules in several files.")
    try:
        found = yaml.load(text, _Plain)
    except RecursionError:
        raise _refused(name, "is nested too deeply", "A rule is three levels deep.") from None
    except (yaml.YAMLError, ValueError) as broken:  # ValueError: a date that there is not
        raise _refused(name, _words(broken), "Correct the YAML.") from None
    if isinstance(found, dict) and set(found) == {"rules"}:
        found = found["rules"]
    if not isinstance(found, list):
        raise _refused(
            name, "holds no list of rules", "Begin each rule with '- name:', or put the list under 'rules:'."
        )
    return found


def _refused(name: str, rule: str, remedy: str) -> InvalidInput:
    problem = entry(None, (name,), (), None, Refused(rule, remedy), "yaml")
    return InvalidInput([problem | {"msg": f"{name} {rule}. {remedy}"}], NOTHING_STORED)


def _words(broken: Exception) -> str:
    mark = getattr(broken, "problem_mark", None)
    what = getattr(broken, "problem", None) or getattr(broken, "reason", None) or str(broken)
    if mark is None:
        return f"cannot be read: {shown(str(what))}"
    return f"cannot be read: line {mark.line + 1}, column {mark.column + 1}: {shown(str(what))}"
