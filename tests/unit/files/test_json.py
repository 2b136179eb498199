import json

import pytest

from carbon_nexus.files import limits
from carbon_nexus.files.model import Kind
from tests.unit.files.reading import read, refused


def test_the_names_are_all_keys_in_order_of_appearance() -> None:
    sent = read('{"b":1,"a":"x"}\n{"c":true}\n{"a":""}\n')
    assert (sent.facts.kind, sent.facts.names, sent.facts.rows) == (Kind.NDJSON, ("b", "a", "c"), 3)
    assert sent.rows == [("1", "x", None), (None, None, "true"), (None, "", None)]


def test_values_become_text() -> None:
    values = '{"whole":-7,"half":0.5,"long":123456789012345678901234567890,"none":null,"text":" 007 ","yes":false}'
    assert read(values + "\n" + values).rows[1] == (
        "-7", "0.5", "123456789012345678901234567890", None, " 007 ", "false",
    )  # fmt: skip


def test_nested_values_become_json_and_numbers_among_them_keep_their_digits() -> None:
    sent = read('{"a":{"x":[1.50,"é"]},"b":[1]}\n{"a":1.50,"b":1e400}\n')
    assert sent.rows == [('{"x": [1.50, "é"]}', "[1]"), ("1.50", "1e400")]


def test_what_is_no_number_stays_text_to_be_refused_by_its_field() -> None:
    assert read('{"a":NaN,"b":-Infinity}\n{"a":1}').rows[0] == ("NaN", "-Infinity")


def test_each_bad_line_is_a_misfit_and_the_others_are_rows() -> None:
    lines = ['{"a":1}', "", "[1]", '{"a":1,"a":2}', "{bad", '{"a":"\\ud800"}', "null", '{"a":2}{"a":3}', '{"a":4}']
    sent = read("\r\n".join(lines))
    assert (sent.rows, sent.lines) == ([("1",), ("4",)], [1, 9])
    assert sent.misfits["line"].to_list() == [3, 4, 5, 6, 7, 8]
    assert sent.misfits["rule"][:2].to_list() == ["is no JSON object", "repeats the key 'a'"]


@pytest.mark.parametrize(
    "second", ['{"a":1,"a":2}', '{"a" :1}', '{"a":1,"b":2}', '{"a":"x\\":null"}', '{"a":null}', "{}"]
)
def test_a_block_with_an_unusual_line_is_read_as_line_by_line(second: str) -> None:
    usual = read("\n".join(['{"a":"1"}'] * 3)).rows
    sent = read("\n".join(['{"a":"1"}'] * 3 + [second]))
    assert [row[:1] for row in sent.rows[:3]] == usual
    assert sent.misfits.height == (second == '{"a":1,"a":2}')


@pytest.mark.parametrize(
    "document",
    [
        '[{"a":1.50,"b":"x"},{"a":null}]',
        '{"count":2,"events":[{"a":1.50,"b":"x"},{"a":null}]}',
        '[\n  {\n    "a": 1.50,\n    "b": "x"\n  },\n  {"a": null}\n]\n',
        '\ufeff\n {"events": [\n{"a":1.50,"b":"x"},\n{"a":null}]}',
    ],
)
def test_documents_become_one_record_a_line(document: str) -> None:
    sent = read(document)
    assert (sent.facts.kind, sent.facts.names, sent.facts.rows) == (Kind.JSON, ("a", "b"), 2)
    assert (sent.rows, sent.lines) == ([("1.50", "x"), (None, None)], [1, 2])


@pytest.mark.parametrize("document", ['{"a": 1}', '{\n"a": 1\n}', '{"a": 1, "b": [2]}'])
def test_a_single_object_is_one_record(document: str) -> None:
    sent = read(document)
    assert (sent.facts.kind, sent.rows[0][0], sent.lines) == (Kind.JSON, "1", [1])


def test_entries_of_a_document_that_are_no_records_are_misfits() -> None:
    sent = read('[{"a":1},3,{"a":1,"a":2},{"a":"\\udc00"},{"a":"\\n"}]')
    assert (sent.lines, sent.misfits["line"].to_list()) == ([1, 5], [2, 3, 4])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("[]", "empty_file"),
        ("{}", "empty_file"),
        ("[1, 2]", "no_records"),
        ("{}\n{}\n", "no_records"),
        ('[{"a":1}', "bad_json"),
        ("[" * 200_000, "bad_json"),
        ('{"a":[{"x":1}],"b":[{"y":1}]}', "many_lists"),
        ('{"a":1}\n{"A":1}', "repeated_column"),
        ('{"a\\u0000":1}', "unusable_column"),
        (json.dumps(dict.fromkeys(map(str, range(501)), 1)), "too_many_columns"),
        ("\n".join(json.dumps({f"k{at}": 1}) for at in range(600)), "too_many_columns"),
        ('{"a":1}\n{"a":"' + "x" * limits.MOST_RECORD_BYTES + '"}', "too_long_line"),
    ],
)
def test_unusable_json_is_refused(content: str, kind: str) -> None:
    assert refused(content)["type"] == kind


def test_a_large_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_DOCUMENT_BYTES", 100)
    problem = refused('[{"a":1}' + ',{"a":1}' * 20 + "]")
    assert "larger than 100 bytes" in problem["msg"]
    assert "NDJSON" in problem["msg"]


@pytest.mark.parametrize("odd", ["", "[1]\n", '{"a":{"n":1}}\n'])
def test_block_borders_change_nothing(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    content = "".join(f'{{"a":{at},"b":"x"}}\n' for at in range(20)) + odd + '\n{"c":1}\n'
    whole = read(content)
    monkeypatch.setattr(limits, "BLOCK_BYTES", 50)
    cut = read(content)
    assert (cut.facts.names, cut.rows, cut.lines) == (whole.facts.names, whole.rows, whole.lines)
    for skip in range(len(cut.parts) + 1):
        tail = read(content, skip=skip).parts
        assert [part.lines.to_list() for part in tail] == [part.lines.to_list() for part in cut.parts[skip:]]
