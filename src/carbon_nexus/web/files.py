"""Files of the built page, as they stand on disk."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

HASHED = "assets"
PACKED = ".gz"
# systems disagree on some of these, and a browser runs no script of another type
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}


@dataclass(frozen=True)
class Built:
    """One file: its bytes, packed with gzip or not, its type, and a tag that changes with its content."""

    content: bytes
    media_type: str
    packed: bool
    hashed: bool
    tag: str


def find(folder: Path, path: str, packed: bool) -> Built | None:
    """The file at this path, or None; nothing outside of the folder and nothing hidden is ever found."""
    place = (folder / path).resolve()
    inside = place.is_relative_to(folder.resolve()) and not place.name.startswith(".")
    if not inside or place.suffix == PACKED or not place.is_file():
        return None
    beside = place.with_name(place.name + PACKED)
    packed = packed and beside.is_file()
    held = beside if packed else place
    return _read(held, held.stat().st_mtime_ns, place.suffix, packed, place.parent.name == HASHED)


@lru_cache(maxsize=256)
def _read(held: Path, _changed: int, suffix: str, packed: bool, hashed: bool) -> Built:
    """Read once; again when the file changes, as it does where somebody builds the page while it is served."""
    content = held.read_bytes()
    media_type = TYPES.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
    return Built(content, media_type, packed, hashed, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
