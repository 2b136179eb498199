"""What the doctor sees in each state of the database, the programs, the directory and the services."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from carbon_nexus.db import migrate
from carbon_nexus.db.embedded import EmbeddedPostgres
from carbon_nexus.operations.doctor import Check, State, examine
from carbon_nexus.settings import Settings

SECRET = "hunter2-of-the-database"
NOWHERE = "127.0.0.1:1"  # nothing listens on port 1


def seen(data_dir: Path, **settings: Any) -> dict[str, Check]:
    """Each part by its name."""
    chosen = Settings(_env_file=None, carbon_nexus_data_dir=data_dir, **{"api_port": 1, **settings})
    return {check.part: check for check in examine(chosen)}


@pytest.fixture
def other_database(server: EmbeddedPostgres) -> Iterator[str]:
    """A database that was never migrated."""
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE unmigrated")
        yield server.url_of("unmigrated")
        admin.execute("DROP DATABASE unmigrated WITH (FORCE)")


def test_an_embedded_database_that_does_not_run_is_no_failure_and_nothing_is_made(tmp_path: Path) -> None:
    found = seen(tmp_path / "none" / "yet")
    assert (found["database"].state, found["API"].state) == (State.NOTE, State.NOTE)
    assert "serve" in found["database"].remedy
    assert found["PostgreSQL programs"].state is State.OK
    assert found["data directory"].state is State.OK
    assert "schema" not in found
    assert list(tmp_path.iterdir()) == []


def test_a_running_embedded_database_is_looked_into(server: EmbeddedPostgres) -> None:
    found = seen(server.data_dir)
    assert found["database"].state is State.OK
    assert "answers" in found["database"].seen
    assert (found["schema"].state, found["schema"].remedy) == (State.FAIL, "Run `carbon-nexus db upgrade`.")


def test_a_configured_database_with_the_newest_schema_is_well(database_url: str, tmp_path: Path) -> None:
    found = seen(tmp_path, database_url=database_url)
    assert found["database"].state is found["schema"].state is State.OK
    assert found["schema"].seen == f"revision {migrate.newest_revision()}"
    assert "PostgreSQL programs" not in found


def test_an_unmigrated_database_says_what_to_run(other_database: str, tmp_path: Path) -> None:
    schema = seen(tmp_path, database_url=other_database)["schema"]
    assert schema.state is State.FAIL
    assert schema.seen == f"revision none, needs {migrate.newest_revision()}"
    assert "db upgrade" in schema.remedy


def test_a_database_without_the_right_to_look_is_a_failure_with_a_mend(
    server: EmbeddedPostgres, database_url: str, tmp_path: Path
) -> None:
    role = f"nosy_{database_url.split('/')[-1].split('?')[0]}"
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN".encode())
    as_stranger = database_url.replace("carbon_nexus@", f"{role}@", 1)
    found = seen(tmp_path, database_url=as_stranger)
    assert State.FAIL in {found["database"].state, *([found["schema"].state] if "schema" in found else [])}


@pytest.mark.parametrize("place", [NOWHERE, "no-such-host.invalid:5432"])
def test_an_unreachable_database_is_a_failure_that_keeps_the_password(place: str, tmp_path: Path) -> None:
    found = seen(tmp_path, database_url=f"postgresql://someone:{SECRET}@{place}/db")
    assert found["database"].state is State.FAIL
    assert "does not answer" in found["database"].seen
    assert "DATABASE_URL" in found["database"].remedy
    assert "schema" not in found
    assert SECRET not in str(found)


def test_a_bindir_without_programs_is_a_failure(tmp_path: Path) -> None:
    found = seen(tmp_path, carbon_nexus_pg_bindir=tmp_path)
    assert found["PostgreSQL programs"].state is State.FAIL
    assert str(tmp_path) in found["PostgreSQL programs"].seen
    assert found["PostgreSQL programs"].remedy
    assert "database" not in found


def test_a_data_directory_that_is_a_file_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = seen(tmp_path / "file")["data directory"]
    assert (found.state, found.remedy) == (State.FAIL, "Set CARBON_NEXUS_DATA_DIR to a directory you may write to.")


def test_an_open_door_is_a_failure(tmp_path: Path) -> None:
    assert seen(tmp_path, api_host="0.0.0.0")["access"].state is State.FAIL
    locked = seen(tmp_path, api_host="0.0.0.0", api_keys="0123456789abcdef")["access"]
    assert (locked.state, locked.seen) == (State.OK, "0.0.0.0:1, 1 keys")
    assert "0123456789abcdef" not in str(locked)


@pytest.mark.parametrize("host", ["::1", "localhost", "127.0.0.1", "not a host"])
def test_any_address_can_be_asked_after(host: str, tmp_path: Path) -> None:
    assert seen(tmp_path, api_host=host)["API"].state is State.NOTE


def test_a_port_somebody_else_holds_is_not_taken_for_ours(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        busy.listen()
        port = busy.getsockname()[1]
        # the connection is accepted by the system and never answered
        assert seen(tmp_path, api_port=port)["API"].state is State.NOTE


@pytest.mark.parametrize("url", [f"http://{NOWHERE}", "http://no host"])
def test_a_service_that_does_not_answer_is_a_failure_with_its_variable(url: str, tmp_path: Path) -> None:
    found = seen(tmp_path, ml_engine_url=url)["ML Engine"]
    assert found.state is State.FAIL
    assert "ML_ENGINE_URL" in found.remedy


def test_embedded_services_are_well(tmp_path: Path) -> None:
    found = seen(tmp_path)
    for part in ("ML Engine", "Data Core", "RAG service"):
        assert (found[part].state, found[part].seen) == (State.OK, "embedded")
