"""The embedded PostgreSQL: a private server on a Unix socket below the data directory, no port.

A guard process (guard.py) holds the server; it stops when this process ends, however it ends. A lock on the data
directory keeps a second engine out. As root the server runs as `nobody`, because PostgreSQL refuses to run as root.
"""

import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
from filelock import FileLock, Timeout

from carbon_nexus.db import guard
from carbon_nexus.db.binaries import PostgresBuild, copy_build, find_build
from carbon_nexus.errors import StartRefused

DATABASE = ROLE = "carbon_nexus"
SOCKET_PATH_LIMIT_BYTES = 107  # sun_path of a Unix socket on Linux, less the closing zero; macOS has 103
SOCKET_NAME = ".s.PGSQL.5432"
START_SECONDS = 60.0  # crash recovery of a large write-ahead log may take a while
STOP_SECONDS = 60.0


class AlreadyRunning(StartRefused):
    """Another process serves from this data directory."""

    code = "already_running"


class EmbeddedPostgres:
    """One PostgreSQL server on one data directory; a context manager that starts and stops it."""

    def __init__(self, data_dir: Path, bindir: Path | None = None, options: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir.expanduser().absolute()
        self._bindir = bindir
        self._options = dict(options or {})
        self._lock = FileLock(self.data_dir / "engine.lock", timeout=0)
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def cluster_dir(self) -> Path:
        """PostgreSQL's own directory."""
        return self.data_dir / "postgres"

    @property
    def socket_dir(self) -> Path:
        """Directory of the socket, open to the server's user only."""
        return self.data_dir / "run"

    @property
    def url(self) -> str:
        """Connection string of the product's database, for SQLAlchemy and psycopg alike."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Connection string of another database of this server."""
        return f"postgresql://{ROLE}@/{database}?host={self.socket_dir}"

    def start(self) -> None:
        """Take the data directory, make the cluster when there is none, start the server, wait until it answers.

        Raises AlreadyRunning when another process has the directory, StartRefused with the mend otherwise.
        """
        self._prepare_directories()
        self._take_lock()
        try:
            build = self._reachable_build()
            self._initialise(build)
            self._launch(build)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server cleanly and give the directory back; safe to call twice."""
        if self._guard is not None:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard.wait(timeout=STOP_SECONDS)
            self._guard = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def holder_pid(self) -> int | None:
        """Process id of the engine that has the directory, as it wrote it down; None when unknown."""
        try:
            return int((self.data_dir / "engine.pid").read_text())
        except (OSError, ValueError):
            return None

    def answers(self) -> bool:
        """Whether a server, ours or another engine's, answers on this data directory's socket now."""
        try:
            psycopg.connect(self.url_of("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare_directories(self) -> None:
        if len(str(self.socket_dir / SOCKET_NAME).encode()) > SOCKET_PATH_LIMIT_BYTES:
            raise StartRefused(
                f"The data directory's path is too long for a Unix socket: {self.data_dir}.",
                "Set CARBON_NEXUS_DATA_DIR to a shorter path (the socket's whole path has 107 bytes at most).",
            )
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._own(self.socket_dir)
        except OSError as problem:
            raise StartRefused(
                f"Cannot write to the data directory {self.data_dir}: {problem.strerror}.",
                "Set CARBON_NEXUS_DATA_DIR to a directory you may write to, e.g. CARBON_NEXUS_DATA_DIR=./data.",
            ) from problem
        if _server_identity() is not None and not _open_to_others(self.data_dir):
            raise StartRefused(
                f"As root the server runs as the user nobody, who cannot enter {self.data_dir}.",
                "Set CARBON_NEXUS_DATA_DIR to a directory others may enter, e.g. /var/lib/carbon-nexus.",
            )

    def _own(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        identity = _server_identity()
        if identity is not None:
            os.chown(directory, *identity)
        directory.chmod(0o700)

    def _take_lock(self) -> None:
        try:
            self._lock.acquire()
        except Timeout:
            raise AlreadyRunning(
                f"An engine (process {self.holder_pid() or 'unknown'}) already runs on {self.data_dir}.",
                "Stop it first, or set CARBON_NEXUS_DATA_DIR to another directory.",
            ) from None
        (self.data_dir / "engine.pid").write_text(str(os.getpid()))

    def _reachable_build(self) -> PostgresBuild:
        build = find_build(self._bindir)
        if _server_identity() is None or _open_to_others(build.bindir):
            return build
        return copy_build(build, self.data_dir / f"postgres-programs-{build.major}")

    def _initialise(self, build: PostgresBuild) -> None:
        version_file = self.cluster_dir / "PG_VERSION"
        if not version_file.exists():
            self._make_cluster(build)
        major = int(version_file.read_text())
        if major != build.major:
            raise StartRefused(
                f"{self.cluster_dir} was made by PostgreSQL {major}, but {build.bindir} is PostgreSQL {build.major}.",
                f"Set CARBON_NEXUS_PG_BINDIR to a PostgreSQL {major}, or dump and restore the data.",
            )

    def _make_cluster(self, build: PostgresBuild) -> None:
        """Make it aside and rename, so that a kill in the middle never leaves half a cluster behind."""
        partial = self.data_dir / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        self._own(partial)
        # the builtin C.UTF-8 sorts by code point on every machine, so no index breaks with a new C library
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if build.major >= 17 else []
        command = [build.program("initdb"), "-D", str(partial), "-U", ROLE, "-A", "trust", "-E", "UTF8"]
        done = subprocess.run(
            [*command, "--locale=C", *locale, "--data-checksums", "--no-instructions"],
            capture_output=True, text=True, cwd=self.socket_dir, **_popen_identity(),
        )  # fmt: skip
        if done.returncode:
            raise StartRefused(
                f"initdb failed: {' '.join(done.stderr.split())[-500:]}",
                "Mend what it names, or set DATABASE_URL to another PostgreSQL.",
            )
        partial.rename(self.cluster_dir)

    def _launch(self, build: PostgresBuild) -> None:
        self._stop_orphan()
        uid, gid = _server_identity() or ("-", "-")
        options = [part for pair in self._server_options().items() for part in ("-c", f"{pair[0]}={pair[1]}")]
        with (self.data_dir / "postgres.log").open("ab") as log:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", guard.__file__, str(uid), str(gid),
                 build.program("postgres"), "-D", str(self.cluster_dir), *options],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.socket_dir,
                start_new_session=True,  # Ctrl-C in the terminal reaches us only: we stop the server when done
                env=os.environ | self._environment_for_stale_pid(),
            )  # fmt: skip
        self.wait_until_answering()
        self._create_database()

    def _server_options(self) -> dict[str, str]:
        own = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            "checkpoint_timeout": "15min",
            "log_checkpoints": "off",
        }
        return own | self._options

    def _pid_in_file(self) -> int | None:
        try:
            return int((self.cluster_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _stop_orphan(self) -> None:
        """A server whose guard was killed, or that is still shutting down: we have the lock, so it is ours to end."""
        pid = self._pid_in_file()
        if pid is None or not _runs_postgres(pid):
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _runs_postgres(pid) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _environment_for_stale_pid(self) -> dict[str, str]:
        # after a container restart the pid in a left-over postmaster.pid often belongs to some other process;
        # PostgreSQL then refuses to start unless told that this pid is a relative of its own
        pid = self._pid_in_file()
        return {} if pid is None else {"PG_GRANDPARENT_PID": str(pid)}

    def wait_until_answering(self) -> None:
        """Return as soon as a server answers on this data directory; raises StartRefused when none comes up."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and (self._guard is None or self._guard.poll() is None):
            if self.answers():
                return
            time.sleep(0.02)
        raise StartRefused(
            f"PostgreSQL does not start on {self.cluster_dir}: {self._last_log_line()}",
            f"Read {self.data_dir / 'postgres.log'}.",
        )

    def _last_log_line(self) -> str:
        lines = (self.data_dir / "postgres.log").read_text(errors="replace").strip().splitlines()
        telling = [line for line in lines[-20:] if re.search(r"FATAL|ERROR|HINT|could not", line)]
        return (telling or lines or ["it said nothing"])[-1]

    def _create_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _server_identity() -> tuple[int, int] | None:
    """User and group id the server must run as; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _popen_identity() -> dict[str, Any]:
    identity = _server_identity()
    return {} if identity is None else {"user": identity[0], "group": identity[1], "extra_groups": []}


def _open_to_others(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _runs_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        # a killed server stays a zombie where nobody reaps it, as in a container without an init
        return "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
