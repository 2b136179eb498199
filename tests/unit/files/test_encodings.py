import codecs

import pytest

from carbon_nexus.files import limits
from tests.unit.files.reading import read, refused

TABLE = "Größe;Straße\n1;Überlinger Straße\n2;Café am Markt\n"
ROWS = [("1", "Überlinger Straße"), ("2", "Café am Markt")]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_wins(mark: str) -> None:
    sent = read(TABLE.encode(mark))
    assert (sent.facts.names, sent.rows, sent.facts.notes) == (("Größe", "Straße"), ROWS, ())
    assert sent.kept == TABLE.encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_nul_bytes(encoding: str) -> None:
    sent = read(TABLE.encode(encoding))
    assert (sent.rows, sent.facts.encoding) == (ROWS, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TABLE, "cp1252"),
        ("Имя;Город\n1;Москва и Санкт-Петербург\n2;Нижний Новгород\n", "cp1251"),
        ("名前,住所\n1,東京都千代田区\n2,大阪市北区\n", "cp932"),
    ],
)
def test_a_guessed_encoding_is_named(text: str, encoding: str) -> None:
    sent = read(text.encode(encoding))
    assert sent.kept == text.encode()
    assert sent.facts.encoding == encoding
    assert sent.facts.notes == (
        f"not UTF-8; read as {encoding}, guessed from its bytes; name the encoding if letters look wrong",
    )


def test_a_bad_byte_far_behind_is_found_too() -> None:
    sent = read(b"a,b\n" + b"plain,text\n" * 200_000 + "Straße,Köln\n".encode("cp1252"))
    assert sent.rows[-1] == ("Straße", "Köln")


def test_the_named_encoding_wins_over_everything() -> None:
    sent = read(TABLE.encode("cp850"), "cp850")
    assert (sent.rows, sent.facts.encoding, sent.facts.notes) == (ROWS, "cp850", ())
    assert read(b"a,b\n\xc3\xa9,1\n", "latin-1").rows == [("Ã©", "1")]
    assert read(codecs.BOM_UTF16_LE + "a,b\n1,2\n".encode("utf-16-le"), "utf-16-le").facts.names == ("a", "b")


@pytest.mark.parametrize("named", ["utf-8", "ascii"])
def test_what_is_not_of_the_named_encoding_is_refused_by_line(named: str) -> None:
    problem = refused(b"a,b\r\n\r\n1,\xe9\r\n", named)
    assert problem["type"] == "wrong_encoding"
    assert problem["msg"].startswith("Line 3 (byte 0xe9) is not")


@pytest.mark.parametrize("named", ["nonsense", "hex", "rot13", "idna", "unicode_escape", "", "a\0b"])
def test_an_unknown_encoding_is_refused(named: str) -> None:
    assert refused("a,b\n", named)["type"] == "unknown_encoding"


def test_half_a_character_is_refused() -> None:
    assert refused(codecs.BOM_UTF16_LE + b"a\0,")["type"] == "wrong_encoding"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp932"])
def test_characters_and_line_ends_may_lie_across_blocks(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr(limits, "COPY_BYTES", 7)
    sent = read("名前,住所\r\n1,東京都千代田区\r\n2,大阪市北区\r\r3,x\n".encode(encoding), encoding)
    assert sent.rows == [("1", "東京都千代田区"), ("2", "大阪市北区"), ("3", "x")]
    assert sent.lines == [2, 3, 5]
