"""The command as a user runs it: what it prints, and the exit code that tells how it went."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from carbon_nexus.db import migrate
from tests.e2e.conftest import run

DONE, CHECK_FAILED, REFUSED, NO_DATABASE, BAD_INPUT = range(5)
SECRET = "hunter2-of-the-database"
UNREACHABLE = f"postgresql://someone:{SECRET}@127.0.0.1:1/db"  # nothing listens on port 1
CSV = "event_type,supplier_id,timestamp,factory_id,energy_kwh\n"
DAYS = [(datetime.now(UTC) - timedelta(days=age)).isoformat() for age in range(1, 21)]  # commands run at the real time
GOOD = CSV + "".join(f"factory,S,{day},F,{100 + number}\n" for number, day in enumerate(DAYS))


def told(done: CompletedProcess[str], code: int = DONE) -> dict[str, Any]:
    """The one JSON object on standard output of a command that ended with this code."""
    assert done.returncode == code, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def no_traceback(done: CompletedProcess[str]) -> bool:
    return "Traceback" not in done.stdout + done.stderr


def test_a_file_becomes_estimates_once(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(GOOD)
    first = told(run(data_dir, "ingest", str(file), "--json"))
    assert (first["rows_total"], first["rows_stored"], first["events_estimated"]) == (20, 20, 20)
    again = told(run(data_dir, "ingest", str(file), "--json"))
    assert (again["rows_stored"], again["rows_duplicate"], again["events_scanned"]) == (0, 20, 0)
    rescan = told(run(data_dir, "scan", "--recalculate", "--json"))
    assert (rescan["events_scanned"], rescan["baselines"] > 0) == (0, True)
    assert (data_dir / "logs" / "carbon-nexus.log").stat().st_size > 0


def test_the_effect_of_another_factor_set_on_the_own_events_is_told(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    told(run(data_dir, "ingest", str(tmp_path / "good.csv"), "--no-scan", "--json"))
    facts = told(run(data_dir, "factors", "diff", "desnz-2025.2", "desnz-2026.1", "--days", "30", "--json"))
    (effect,) = facts["effect"]
    assert (facts["days"], effect["event_type"], effect["events"]) == (30, "factory", 20)
    # UK electricity with its upstream part and losses: .2454 kg per kWh in 2025, .18436 in 2026
    assert effect["change_pct"] == pytest.approx(100 * (0.18436 / 0.2454 - 1), abs=0.01)


def test_stored_rows_wait_for_a_scan_when_asked_to(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(GOOD + "factory,S,no time,F,1\n")
    stored = told(run(data_dir, "ingest", str(file), "--no-scan", "--json"), BAD_INPUT)
    assert (stored["rows_stored"], stored["rows_rejected"], len(stored["errors"])) == (20, 1, 1)
    assert "events_scanned" not in stored
    assert told(run(data_dir, "scan", "--json"))["events_estimated"] == 20


@pytest.mark.parametrize("content", ["", CSV + "factory,S,no time,F,1\n"])
def test_a_file_without_one_good_row_is_rejected_input(data_dir: Path, tmp_path: Path, content: str) -> None:
    file = tmp_path / "events.csv"
    file.write_text(content)
    done = run(data_dir, "ingest", str(file))
    assert done.returncode == BAD_INPUT
    assert done.stderr.startswith("Error: ")
    assert no_traceback(done)


def test_the_schema_is_brought_up_to_date_and_the_doctor_sees_that(data_dir: Path) -> None:
    before = told(run(data_dir, "doctor", "--json"))
    assert {check["part"]: check["state"] for check in before["checks"]}["database"] == "note"
    assert not data_dir.exists()  # looking changes nothing
    assert told(run(data_dir, "db", "upgrade", "--json")) == {"revision": migrate.newest_revision()}
    as_text = run(data_dir, "doctor")
    assert as_text.returncode == DONE
    assert "embedded, not running now" in as_text.stdout


def test_the_schema_can_be_printed_without_a_database(data_dir: Path) -> None:
    done = run(data_dir, "db", "schema")
    assert (done.returncode, done.stdout) == (DONE, migrate.schema_sql())
    assert not data_dir.exists()


@pytest.mark.parametrize("command", [("scan",), ("db", "upgrade"), ("serve", "--port", "0")])
def test_without_its_database_a_command_says_so_and_keeps_the_password(
    data_dir: Path, command: tuple[str, ...]
) -> None:
    done = run(data_dir, *command, DATABASE_URL=UNREACHABLE)
    assert done.returncode == NO_DATABASE
    assert "does not answer" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert no_traceback(done)
    log = data_dir / "logs" / "carbon-nexus.log"
    assert SECRET not in done.stdout + done.stderr + (log.read_text() if log.exists() else "")


def test_the_doctor_fails_on_an_unreachable_database_and_keeps_the_password(data_dir: Path) -> None:
    done = run(data_dir, "doctor", "--json", DATABASE_URL=UNREACHABLE)
    found = {check["part"]: check for check in told(done, CHECK_FAILED)["checks"]}
    assert found["database"]["state"] == "fail"
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "settings", "said"),
    [
        (("serve",), {"API_PORT": "eight"}, "API_PORT"),
        (("serve",), {"API_HOST": "0.0.0.0"}, "API_KEYS"),
        (("doctor",), {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        (("scan",), {"CARBON_NEXUS_PG_BINDIR": "/nowhere"}, "CARBON_NEXUS_PG_BINDIR"),
    ],
)
def test_a_refused_start_names_the_setting_and_its_mend(
    data_dir: Path, command: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    done = run(data_dir, *command, **settings)
    assert done.returncode == REFUSED
    assert said in done.stderr
    assert "Mend: " in done.stderr
    assert no_traceback(done)


def test_brackets_in_what_is_refused_are_shown_as_they_are(data_dir: Path) -> None:
    done = run(data_dir, "smoke", "ftp://[/bold]x")
    assert done.returncode != 0
    assert "[/bold]" in done.stderr
    assert no_traceback(done)


@pytest.mark.parametrize("arguments", [("no-such-command",), ("ingest", "/no/such/file.csv")])
def test_wrong_usage_is_two(data_dir: Path, arguments: tuple[str, ...]) -> None:
    assert run(data_dir, *arguments).returncode == REFUSED
