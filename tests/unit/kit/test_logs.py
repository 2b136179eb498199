"""Lines as text and as JSON, from our code and from libraries, in a file that does not grow without end."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loguru import logger

from carbon_nexus.kit.logs import configure_logs, request_id
from carbon_nexus.settings import Settings

LogTo = Callable[..., Path]
ROTATED_BYTES = 20_000_000


@pytest.fixture
def log_to(tmp_path: Path) -> Iterator[LogTo]:
    """Configures logging into the log file of a data directory and returns its path."""
    settings = Settings(_env_file=None, carbon_nexus_data_dir=tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def configured(least: str = "INFO", *, as_json: bool = False) -> Path:
        configure_logs(least, as_json=as_json, file=settings.log_file)
        return settings.log_file

    yield configured
    logger.remove()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_file_is_in_the_data_directory_which_is_made(log_to: LogTo, tmp_path: Path) -> None:
    path = log_to()
    logger.info("hello")
    assert path == tmp_path / "logs" / "carbon-nexus.log"
    assert path.read_text().endswith("hello\n")


def test_lines_below_the_level_are_left_out_on_console_and_in_the_file(
    log_to: LogTo, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log_to("WARNING")
    logger.info("quiet")
    logger.warning("loud")
    for told in (path.read_text(), capsys.readouterr().err):
        assert "loud" in told
        assert "quiet" not in told


def test_json_lines_hold_time_level_message_and_request_id(log_to: LogTo, capsys: pytest.CaptureFixture[str]) -> None:
    path = log_to(as_json=True)
    token = request_id.set("req-1")
    logger.info("{} events\nin two lines", 3)
    request_id.reset(token)
    (line,) = path.read_text().splitlines()
    record = json.loads(line)["record"]
    assert record["message"] == "3 events\nin two lines"
    assert record["level"]["name"] == "INFO"
    assert record["extra"] == {"request_id": "req-1"}
    assert record["time"]["timestamp"] > 0
    assert json.loads(capsys.readouterr().err)["record"]["message"] == record["message"]


def test_libraries_log_the_same_way_with_their_own_name(log_to: LogTo) -> None:
    path = log_to()
    token = request_id.set("req-2")
    logging.getLogger("some.library").warning("100%% {of} %s", "it")
    request_id.reset(token)
    assert path.read_text().strip().endswith("| WARNING  | req-2 | tests.unit.kit.test_logs: 100% {of} it")


def test_chatty_libraries_are_heard_from_warning_on(log_to: LogTo) -> None:
    path = log_to("TRACE")
    for name in ("apscheduler.scheduler", "procrastinate.worker", "httpx", "uvicorn.access"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")
    assert path.read_text().count("trouble") == 4
    assert "chatter" not in path.read_text()


def test_a_traceback_shows_no_values(log_to: LogTo) -> None:
    path = log_to()
    password = "hunter2-of-the-database"
    try:
        len(password) / 0
    except ZeroDivisionError:
        logger.exception("failed")
    assert "ZeroDivisionError" in path.read_text()
    assert "hunter2" not in path.read_text().replace('password = "hunter2', "")


def test_the_file_rotates_and_only_the_newest_are_kept(log_to: LogTo) -> None:
    path = log_to()
    for number in range(8):
        logger.info("line {}", number)
        with path.open("ab") as file:
            file.truncate(ROTATED_BYTES)  # a hole: as long as a full file, and nothing on the disk
    logger.info("last")
    rotated = sorted(each for each in path.parent.iterdir() if each != path)
    assert path.stat().st_size < 1000
    assert path.read_text().strip().endswith("last")
    assert len(rotated) == 5


def test_configuring_twice_writes_each_line_once(log_to: LogTo) -> None:
    log_to()
    path = log_to()
    logger.info("once")
    logging.getLogger("some.library").warning("also once")
    assert len(path.read_text().splitlines()) == 2
