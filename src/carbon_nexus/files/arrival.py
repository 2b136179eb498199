"""What is sent arrives on disk: counted, hashed, and unpacked if it is gzip. Memory does not grow with its size."""

import gzip
import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from carbon_nexus.files import limits
from carbon_nexus.files.refusals import refusal, too_large

GZIP_MARK = b"\x1f\x8b"


@dataclass(frozen=True)
class Arrival:
    """What was sent: its SHA-256 and size as sent, whether it was gzip, and the first bytes once unpacked."""

    sha256: str
    size_bytes: int
    packed: bool
    head: bytes


class _Counted(io.RawIOBase):
    """What is sent, read once from front to back; counted and hashed on the way."""

    def __init__(self, sent: BinaryIO) -> None:
        self.sent, self.size_bytes, self.digest = sent, 0, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self.sent.read(len(buffer))
        self.size_bytes += len(block)
        self.digest.update(block)
        if self.size_bytes > limits.MOST_SENT_BYTES:
            raise too_large("The file", limits.MOST_SENT_BYTES, "Send it in parts, or packed with gzip.")
        buffer[: len(block)] = block
        return len(block)


def arrive(sent: BinaryIO, target: Path) -> Arrival:
    """Writes what is sent to `target`, unpacked.

    Raises InvalidInput for more bytes than are read, and for gzip that is damaged, packed twice or a bomb.
    """
    counted = _Counted(sent)
    plain = io.BufferedReader(counted, limits.COPY_BYTES)
    packed = plain.peek(2).startswith(GZIP_MARK)
    with target.open("wb") as file:
        head = _unpack(plain, counted, file) if packed else _copy(plain, file)
    return Arrival(counted.digest.hexdigest(), counted.size_bytes, packed, head)


def _copy(plain: IO[bytes], file: IO[bytes]) -> bytes:
    head = b""
    while block := plain.read(limits.COPY_BYTES):
        head = head or block[: limits.HEAD_BYTES]
        file.write(block)
    return head


def _unpack(plain: IO[bytes], counted: _Counted, file: IO[bytes]) -> bytes:
    head, unpacked = b"", 0
    try:
        with gzip.GzipFile(fileobj=plain) as opened:
            while block := opened.read(limits.COPY_BYTES):
                unpacked += len(block)
                head = head or _not_packed_again(block)[: limits.HEAD_BYTES]
                _check_unpacked(unpacked, counted.size_bytes)
                file.write(block)
    except (OSError, EOFError, zlib.error) as error:
        raise refusal("bad_gzip", f"The gzip file cannot be unpacked: {error}.", "Pack it again.") from None
    return head


def _not_packed_again(block: bytes) -> bytes:
    if block.startswith(GZIP_MARK):
        raise refusal("packed_twice", "The gzip file holds another gzip file.", "Pack it once.")
    return block


def _check_unpacked(unpacked: int, sent: int) -> None:
    if unpacked > limits.MOST_UNPACKED_BYTES:
        raise too_large("The unpacked file", limits.MOST_UNPACKED_BYTES, "Send it in parts.")
    if unpacked > limits.RATIO_COUNTS_FROM_BYTES and unpacked > limits.MOST_RATIO * sent:
        detail = f"The gzip file unpacks to more than {limits.MOST_RATIO:,} times its size, as no table does."
        raise refusal("suspicious_gzip", detail, "Send it unpacked.")
