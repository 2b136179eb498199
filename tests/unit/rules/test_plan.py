"""What bringing the rules to a set changes."""

from carbon_nexus.rules.plan import plan

A, B, C = ({"name": name, "for": "0 s", "enabled": True} for name in "abc")
B_LATER = B | {"for": "1 h"}


def test_each_rule_is_created_changed_left_or_removed() -> None:
    planned = plan([A, B, C], [B_LATER, {"name": "d"}, A], prune=True)
    assert (planned.created, planned.changed) == (({"name": "d"},), ((B, B_LATER),))
    assert (planned.unchanged, planned.removed) == ((A,), (C,))
    assert planned.written() == [{"name": "d"}, B_LATER]
    assert planned.differences() == {"b": {"for": {"before": "0 s", "after": "1 h"}}}


def test_without_pruning_nothing_is_removed() -> None:
    assert plan([A, B], [A], prune=False).removed == ()


def test_the_same_set_again_changes_nothing() -> None:
    again = plan([A, B], [B, A], prune=True)
    assert (again.written(), again.removed, again.unchanged) == ([], (), (A, B))
