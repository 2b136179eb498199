import gzip
import hashlib
import io
import zipfile

import polars as pl
import pytest

from carbon_nexus.files import limits
from carbon_nexus.files.model import Kind
from tests.unit.files.reading import read, refused, workbook


def zipped(**members: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "an old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\nrest", "a PNG image"),
        (b"\xff\xd8\xff\xe0rest", "a JPEG image"),
        (b"GIF89arest", "a GIF image"),
        (b"7z\xbc\xaf\x27\x1crest", "a 7z archive"),
        (b"BZh91AY&SYrest", "a bzip2 archive"),
        (b"SQLite format 3\0rest", "an SQLite database"),
        (b"ARROW1\0\0rest", "an Arrow file"),
        (b"\n <!DOCTYPE html><table>", "an HTML or XML document"),
        (b'<?xml version="1.0"?><rows/>', "an HTML or XML document"),
        (zipped(a_csv=b"a,b\n"), "a ZIP archive"),
        (zipped(word__document_xml=b""), "a Word document"),
        (zipped(xl__workbook_bin=b""), ".xlsb"),
        (zipped(content_xml=b""), "an OpenDocument file"),
        (gzip.compress(b"%PDF-1.7\n"), "a PDF"),
    ],
)
def test_other_kinds_are_refused_by_name_and_with_a_remedy(content: bytes, says: str) -> None:
    problem = refused(content)
    assert problem["type"] == "unreadable_kind"
    assert says in problem["msg"]
    assert problem["msg"].split(". ")[-1].startswith(("Save", "Send", "Export", "Unpack"))


@pytest.mark.parametrize("content", [bytes(range(256)) * 20, b"\0\1\2\3" * 100, b"\x7fELF\2\1\1" + b"\0" * 500])
def test_binary_files_of_no_known_kind_are_refused(content: bytes) -> None:
    assert refused(content)["type"] == "unknown_kind"


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", b"\xff\xfe", gzip.compress(b"")])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refused(content)["type"] == "empty_file"


@pytest.mark.parametrize(
    ("plain", "kind"),
    [(b"a,b\n1,2\n", Kind.CSV), (b'{"a":1}\n{"a":1}', Kind.NDJSON), (workbook([["a"], ["1"]]), Kind.XLSX)],
)
def test_gzip_is_unpacked_and_facts_are_of_what_was_sent(plain: bytes, kind: Kind) -> None:
    packed = gzip.compress(plain)
    sent = read(packed)
    assert (sent.facts.kind, sent.facts.packed, sent.kept) == (kind, True, plain)
    assert (sent.facts.size_bytes, sent.facts.sha256) == (len(packed), hashlib.sha256(packed).hexdigest())
    assert sent.rows == read(plain).rows


def test_gzip_of_several_members_is_one_file() -> None:
    assert read(gzip.compress(b"a,b\n1,") + gzip.compress(b"2\n")).rows == [("1", "2")]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x1f\x8bnot gzip", "bad_gzip"),
        (gzip.compress(b"a,b\n" * 100)[:-9], "bad_gzip"),
        (gzip.compress(b"a,b\n") + b"more", "bad_gzip"),
        (gzip.compress(gzip.compress(b"a,b\n")), "packed_twice"),
    ],
)
def test_unusable_gzip_is_refused(content: bytes, kind: str) -> None:
    assert refused(content)["type"] == kind


def test_a_gzip_bomb_is_refused_by_its_ratio() -> None:
    problem = refused(gzip.compress(bytes(40 * 2**20)))
    assert problem["type"] == "suspicious_gzip"
    assert "1,000 times" in problem["msg"]


@pytest.mark.parametrize(
    ("bound", "content"),
    [("MOST_SENT_BYTES", b"a,b\n" * 1_000), ("MOST_UNPACKED_BYTES", gzip.compress(b"a,b\n" * 1_000))],
)
def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch, bound: str, content: bytes) -> None:
    monkeypatch.setattr(limits, bound, 2**10)
    problem = refused(content)
    assert problem["type"] == "too_large"
    assert "larger than 1 KiB, the most that is read. Send it in parts" in problem["msg"]


def test_the_kind_is_told_by_content() -> None:
    written = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(written)
    contents = [b"a\n1", b'[{"a":1}]', b'{"a":1}\n{"a":2}', workbook([["a"], ["1"]]), written.getvalue()]
    kinds = [Kind.CSV, Kind.JSON, Kind.NDJSON, Kind.XLSX, Kind.PARQUET]
    assert [read(content).facts.kind for content in contents] == kinds
