"""The embedded PostgreSQL under what really happens to it: second starts, kills, stale pid files, long paths."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from carbon_nexus.db.binaries import find_build
from carbon_nexus.db.embedded import AlreadyRunning, EmbeddedPostgres
from carbon_nexus.errors import StartRefused


@pytest.fixture
def place(short_dir: Path) -> Iterator[Path]:
    path = short_dir / f"own-{time.monotonic_ns()}"
    yield path
    shutil.rmtree(path, ignore_errors=True)


def engine_process(place: Path) -> subprocess.Popen[str]:
    """Another process that starts the server, commits three rows and then sleeps."""
    program = textwrap.dedent(f"""
        import time, psycopg
        from pathlib import Path
        from carbon_nexus.db.embedded import EmbeddedPostgres
        server = EmbeddedPostgres(Path({str(place)!r}))
        server.start()
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 3)")
        print("ready", flush=True)
        time.sleep(600)
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill_all(pids: list[int]) -> None:
    """kill -9; a guard whose server has just been killed may already be gone by itself."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def rows_kept(place: Path) -> int:
    with EmbeddedPostgres(place) as server, psycopg.connect(server.url) as connection:
        return len(connection.execute("SELECT n FROM kept").fetchall())


def test_only_a_private_socket_is_open(place: Path) -> None:
    with EmbeddedPostgres(place) as server, psycopg.connect(server.url) as connection:
        addresses = connection.execute("SHOW listen_addresses").fetchone()
        assert addresses == ("",)
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert server.cluster_dir.stat().st_mode & 0o777 == 0o700


def test_a_second_start_on_the_same_directory_is_refused_by_name(place: Path) -> None:
    with EmbeddedPostgres(place), pytest.raises(AlreadyRunning) as refusal:
        EmbeddedPostgres(place).start()
    assert f"process {os.getpid()}" in refusal.value.detail
    assert str(place) in refusal.value.detail
    assert "CARBON_NEXUS_DATA_DIR" in refusal.value.remedy


def test_stopping_gives_the_directory_back_and_starting_again_keeps_rows(place: Path) -> None:
    with EmbeddedPostgres(place) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    assert rows_kept(place) == 1


def test_kill_9_of_the_engine_shuts_the_server_down_and_loses_nothing(place: Path) -> None:
    process = engine_process(place)
    postmaster = int((place / "postgres" / "postmaster.pid").read_text().split()[0])
    process.kill()
    process.wait()
    assert rows_kept(place) == 3
    assert not psutil.pid_exists(postmaster) or psutil.Process(postmaster).status() == psutil.STATUS_ZOMBIE


def test_kill_9_of_everything_at_once_loses_nothing(place: Path) -> None:
    process = engine_process(place)
    family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
    assert len(family) > 3  # the engine, its guard, the server and the server's own processes
    kill_all(family)
    process.wait()
    assert rows_kept(place) == 3


def test_kill_9_of_the_guard_alone_leaves_a_server_the_next_start_takes_over(place: Path) -> None:
    process = engine_process(place)
    guard = next(child for child in psutil.Process(process.pid).children() if "guard.py" in " ".join(child.cmdline()))
    guard.kill()
    process.kill()
    process.wait()
    assert rows_kept(place) == 3


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(place: Path) -> None:
    process = engine_process(place)
    kill_all([*(child.pid for child in psutil.Process(process.pid).children(recursive=True)), process.pid])
    process.wait()
    for file in (place / "postgres" / "postmaster.pid", place / "run" / ".s.PGSQL.5432.lock"):
        _, *rest = file.read_text().split("\n")
        file.write_text("\n".join([str(os.getppid()), *rest]))
    assert rows_kept(place) == 3


def test_a_cluster_of_another_major_version_is_refused(place: Path) -> None:
    with EmbeddedPostgres(place):
        pass
    (place / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(StartRefused, match="made by PostgreSQL 14"):
        EmbeddedPostgres(place).start()


def test_a_failed_start_gives_the_directory_back(place: Path) -> None:
    server = EmbeddedPostgres(place, options={"shared_buffers": "nonsense"})
    with pytest.raises(StartRefused, match="shared_buffers"):
        server.start()
    with EmbeddedPostgres(place):
        pass


def test_half_a_cluster_left_by_a_kill_during_initdb_is_made_anew(place: Path) -> None:
    (place / "postgres.partial").mkdir(parents=True)
    (place / "postgres.partial" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(place) as server:
        assert server.answers()


def test_a_path_too_long_for_a_socket_is_refused_with_the_mend(place: Path) -> None:
    with pytest.raises(StartRefused, match="too long") as refusal:
        EmbeddedPostgres(place / ("x" * 100)).start()
    assert "CARBON_NEXUS_DATA_DIR" in refusal.value.remedy


def test_a_bindir_without_postgres_is_refused_by_name(place: Path) -> None:
    with pytest.raises(StartRefused, match="does not run"):
        find_build(place)
