"""What bringing a tenant to a set of rules changes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
"""A rule as `terms.document` makes it."""


@dataclass(frozen=True)
class Plan:
    """Rules by what becomes of them, each in the order of its name; `changed` and `removed` with what was before."""

    created: tuple[Document, ...]
    changed: tuple[tuple[Document, Document], ...]
    unchanged: tuple[Document, ...]
    removed: tuple[Document, ...]

    def written(self) -> list[Document]:
        """The rules that are to be stored."""
        return [*self.created, *(after for _, after in self.changed)]

    def differences(self) -> dict[str, dict[str, Any]]:
        """Of each changed rule the keys that differ, with their values before and after."""
        return {
            str(after["name"]): {
                key: {"before": before.get(key), "after": after[key]} for key in after if before.get(key) != after[key]
            }
            for before, after in self.changed
        }


def plan(stored: Sequence[Document], wanted: Sequence[Document], *, prune: bool) -> Plan:
    """What leads from the stored rules to the wanted ones; with `prune` to these alone."""
    before = {str(each["name"]): each for each in stored}
    after = {str(each["name"]): each for each in sorted(wanted, key=lambda each: str(each["name"]))}
    both = [(before[name], each) for name, each in after.items() if name in before]
    return Plan(
        created=tuple(each for name, each in after.items() if name not in before),
        changed=tuple((old, new) for old, new in both if old != new),
        unchanged=tuple(new for old, new in both if old == new),
        removed=tuple(before[name] for name in sorted(before.keys() - after.keys())) if prune else (),
    )
