"""A file of rules is read as it is written, and refused with the line where it cannot be."""

import time

import pytest

from carbon_nexus.errors import InvalidInput
from carbon_nexus.rules.yaml_text import LARGEST_FILE, rules_in

MERGED = "a0: &a0 {k: 1}\n" + "".join(
    f"a{level}: &a{level}\n  <<: [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    "text", ["- name: a\n  for: 30 min\n", "rules:\n- {name: a, for: 30 min}\n", '[{"name": "a", "for": "30 min"}]']
)
def test_a_list_of_rules_is_read_from_yaml_or_json(text: str) -> None:
    assert rules_in(text.encode(), "rules.yaml") == [{"name": "a", "for": "30 min"}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"- name: a\n  policy: {warn: 1\n", "line 3, column 1: expected ',' or '}'"),
        (b"- name: a\n  name: b\n", "line 2, column 3: has the key 'name' twice; keep one"),
        (b"- name: &x a\n- name: *x\n", "line 2, column 9: has an alias (*); write out what it stands for"),
        (b"- name: a\n---\n- name: b\n", "line 2, column 1: but found another document"),
        (b"- !!python/object/apply:os.system ['ls']\n", "line 1, column 3: could not determine a constructor"),
        (b"- ? {a: 1}\n  : 2\n", "line 1, column 5"),
        (b"- name: 2026-13-45\n", "month must be in 1..12"),
        (b"- name: \x07\n", "cannot be read"),
        (b"- name: \xff\n", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"[" * 1000, "is nested too deeply"),
        (b"#" * (LARGEST_FILE + 1), "has more than 1 MiB"),
        (b"", "holds no list of rules. Begin each rule with '- name:'"),
        (b"rules: 5", "holds no list of rules"),
        (b"name: a\nfor: 30 min\n", "holds no list of rules"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: bytes, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules_in(text, "rules.yaml")
    (problem,) = refused.value.problems
    assert problem["msg"].startswith("rules.yaml ")
    assert told in problem["msg"]
    assert problem["remedy"]


def test_a_page_that_would_fill_the_memory_is_refused_at_once() -> None:
    started = time.perf_counter()
    with pytest.raises(InvalidInput, match="line 3, column 8: has an alias"):
        rules_in(MERGED.encode(), "rules.yaml")
    assert time.perf_counter() - started < 1
