"""Logging with Loguru: console and rotating file, text or JSON, a request id on every line of a request."""

import inspect
import logging
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

request_id: ContextVar[str] = ContextVar("request_id", default="-")

LINE = "{time:YYYY-MM-DD HH:mm:ss.SSS} | {level: <8} | {extra[request_id]} | {name}: {message}"
QUIET = ("alembic", "apscheduler", "procrastinate", "httpx", "httpcore", "uvicorn.access")


def configure_logs(level: str, *, as_json: bool = False, file: Path | None = None) -> None:
    """Send all logging, that of libraries included, to the console (stderr) and to a rotating file."""
    logger.remove()
    logger.configure(patcher=_add_request_id)
    logger.add(sys.stderr, level=level, format=LINE, serialize=as_json, backtrace=False, diagnose=False)
    if file is not None:
        logger.add(
            file, level=level, format=LINE, serialize=as_json, rotation="20 MB", retention=5,
            enqueue=False, backtrace=False, diagnose=False,  # diagnose would print values: secrets among them
        )  # fmt: skip
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_request_id(record: "Record") -> None:
    record["extra"].setdefault("request_id", request_id.get())


class _ToLoguru(logging.Handler):
    """Hands records of the standard library's logging on to Loguru, with the right caller."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno
        depth, frame = 0, inspect.currentframe()
        while frame and (depth == 0 or frame.f_code.co_filename == logging.__file__):
            frame, depth = frame.f_back, depth + 1
        logger.opt(depth=depth, exception=record.exc_info).log(level, record.getMessage())
