"""Text of any encoding becomes UTF-8 with line feeds, line for line, a block at a time."""

import codecs
import io
from pathlib import Path

from charset_normalizer import from_bytes

from carbon_nexus.files import limits
from carbon_nexus.files.refusals import refusal
from carbon_nexus.files.sniff import check_text, wide_encoding

MARKS = (  # the longer first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what tables are saved in; with all of Python's to choose from a few letters are easily taken for another alphabet
GUESSED = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "iso8859_2", "iso8859_15", "koi8_r", "mac_roman", "cp437", "cp850", "cp852",
    "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
USUAL, FEWEST_LETTERS = "cp1252", 24
NOT_LETTERS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
REMEDY = "Save the file as UTF-8, or name its encoding."


def settle(path: Path, head: bytes, named: str | None) -> tuple[str, tuple[str, ...]]:
    """The encoding of the text in `path`, and notes for the sender.

    The one named wins; then a byte order mark, then UTF-8 if all bytes are that, then a guess by the bytes.
    Raises InvalidInput for an unknown name, and for bytes that are no text.
    """
    if named is not None:
        return _known(named), ()
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    if marked:
        return marked, ()
    if wide := wide_encoding(head):
        check_text(head.replace(b"\0", b""))
        return wide, (_guess_note(wide),)
    check_text(head)
    bad = _first_bad_byte(path)
    if bad is None:
        return "utf-8", ()
    return _guess(path, bad)


def rewrite(path: Path, target: Path, encoding: str) -> None:
    """Writes the text of `path` to `target` as UTF-8 with line feeds and no byte order mark.

    Raises InvalidInput naming the line that is not of that encoding.
    """
    decoder, ends = codecs.getincrementaldecoder(encoding)(), io.IncrementalNewlineDecoder(None, translate=True)
    lines, first = 1, True
    with path.open("rb") as source, target.open("wb") as file:
        while True:
            block = source.read(limits.COPY_BYTES)
            try:
                text = ends.decode(decoder.decode(block, not block), not block)
                encoded = text.removeprefix("\ufeff" if first else "").encode()
            except UnicodeError as error:
                raise _undecodable(error, encoding, lines) from None
            lines, first = lines + encoded.count(b"\n"), first and not text
            file.write(encoded)
            if not block:
                return


def is_plain(path: Path, head: bytes, encoding: str) -> bool:
    """Whether UTF-8 text needs no rewriting: no byte order mark and no carriage return."""
    if encoding != "utf-8" or head.startswith(codecs.BOM_UTF8):
        return False
    with path.open("rb") as file:
        return not any(b"\r" in block for block in iter(lambda: file.read(limits.COPY_BYTES), b""))


def _known(named: str) -> str:
    try:
        name = codecs.lookup(named).name
        bytes(4).decode(name)  # refuses codecs that are no encodings of text, such as hex
        if name in NOT_LETTERS or codecs.getincrementaldecoder(name) is None:
            raise LookupError
    except (LookupError, ValueError, UnicodeError):
        detail = f"'{named[:100]}' is no encoding that is read."
        raise refusal("unknown_encoding", detail, "Name one such as utf-8, cp1252, iso-8859-1 or utf-16.") from None
    return "utf-8" if name == "utf-8-sig" else name


def _first_bad_byte(path: Path) -> int | None:
    """Where the first byte stands that is not UTF-8."""
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while True:
            block = file.read(limits.COPY_BYTES)
            kept = len(decoder.getstate()[0])
            try:
                if kept or not block.isascii():
                    decoder.decode(block, not block)
            except UnicodeDecodeError as error:
                return read - kept + error.start
            read += len(block)
            if not block:
                return None


def _is_too_little_to_tell(sample: bytes) -> bool:
    """Whether a few letters, each one of the usual encoding, are all there is: from so few any alphabet may be read."""
    strange = bytes(byte for byte in sample if byte >= 128) if len(sample) < limits.HEAD_BYTES else sample
    return len(strange) < FEWEST_LETTERS and strange.decode(USUAL, "replace").isalpha()


def _guess(path: Path, bad: int) -> tuple[str, tuple[str, ...]]:
    with path.open("rb") as file:
        sample = file.read(limits.COPY_BYTES // 4)
        if bad >= len(sample):
            file.seek(max(0, bad - limits.COPY_BYTES // 4))
            sample += file.read(limits.COPY_BYTES // 2)
    if _is_too_little_to_tell(sample):
        return USUAL, (_guess_note(USUAL),)
    best = from_bytes(sample, cp_isolation=GUESSED).best()
    if best is None:
        raise _not_utf8(path, bad)
    # several read it alike; of those the most usual
    encoding = next((name for name in GUESSED if sample.decode(name, "replace") == str(best)), best.encoding)
    return encoding, (_guess_note(encoding),)


def _guess_note(encoding: str) -> str:
    return f"not UTF-8; read as {encoding}, guessed from its bytes; name the encoding if letters look wrong"


def _not_utf8(path: Path, bad: int) -> Exception:
    line = 1
    with path.open("rb") as file:
        for start in range(0, bad, limits.COPY_BYTES):
            line += file.read(min(limits.COPY_BYTES, bad - start)).count(b"\n")
        byte = file.read(1)[0]
    return refusal("not_utf8", f"Line {line} is not UTF-8 (byte 0x{byte:02x}).", REMEDY)


def _undecodable(error: UnicodeError, encoding: str, lines: int) -> Exception:
    where = f"Line {lines}"
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode(encoding, "ignore")
        line = lines + len(io.StringIO(before, newline=None).read().split("\n")) - 1
        where = f"Line {line} (byte 0x{error.object[error.start]:02x})"
    return refusal("wrong_encoding", f"{where} is not {encoding}.", REMEDY)
