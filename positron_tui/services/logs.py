"""The console's log file: rotated, redacted, private, and written off the event loop."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue

from positron_tui.services.activity import Redactor

MAX_BYTES = 2_000_000
KEEP = 5
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Chatty below warnings, and some of them about logins.
_QUIET = ("asyncssh", "asyncio", "httpx", "httpcore", "sqlalchemy", "alembic", "aiosqlite")


class _RedactingFormatter(logging.Formatter):
    """Cleans the finished text, so that arguments and tracebacks are covered too."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_FORMAT)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))


class _PrivateFileHandler(RotatingFileHandler):
    """Creates its files readable by their owner only."""

    def _open(self):  # type: ignore[no-untyped-def]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding, errors=self.errors)


def open_log(path: Path, level: str, redactor: Redactor) -> tuple[Callable[[], None], str | None]:
    """Send all logging to `path`; return what closes it again, and a sentence if it failed.

    The console works without a log file, so a failure is reported and not raised.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = _PrivateFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEEP, encoding="utf-8")
    except OSError as error:
        problem = f"The log file {path} cannot be written ({error.strerror}); nothing is logged."
        return _silence(), problem
    target.setFormatter(_RedactingFormatter(redactor))
    queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = QueueListener(queue, target)
    restore = _attach(QueueHandler(queue), level)
    listener.start()

    def close() -> None:
        restore()
        listener.stop()
        target.close()

    return close, None


def _silence() -> Callable[[], None]:
    """Without any handler the logging module would print warnings over the screen."""
    return _attach(logging.NullHandler(), "warning")


def _attach(handler: logging.Handler, level: str) -> Callable[[], None]:
    root, ours = logging.getLogger(), logging.getLogger("positron_tui")
    before = ours.level
    quieted = {name: logging.getLogger(name).level for name in _QUIET}
    root.addHandler(handler)
    ours.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

    def restore() -> None:
        root.removeHandler(handler)
        ours.setLevel(before)
        for name, old in quieted.items():
            logging.getLogger(name).setLevel(old)

    return restore
