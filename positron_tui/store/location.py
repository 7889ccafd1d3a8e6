"""Where the database is: its URL, and for SQLite a file that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from positron_tui.domain.errors import StoreError

_DRIVERS = {"sqlite": "aiosqlite", "postgresql": "asyncpg"}


def parse_url(text: str) -> URL:
    """Read a database URL; StoreError if it is none (the text may hold a password: not shown)."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError(
            "The database setting is not a URL; write it as sqlite+aiosqlite:////path/to/file.db."
        ) from None
    family, _, driver = url.drivername.partition("+")
    if family not in _DRIVERS:
        raise StoreError(
            f"{family} is not a database that this console can use; give a sqlite+aiosqlite:// or "
            "postgresql+asyncpg:// URL."
        )
    known = _DRIVERS[family]
    if driver not in ("", known):
        raise StoreError(
            f"{driver} is not a driver that this console can use; give a {family}+{known}:// URL."
        )
    return url.set(drivername=f"{family}+{known}")


def prepare_file(url: URL) -> None:
    """Create the database's directory (0700) and file (0600); files that are there become 0600."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:":
        return
    if name.startswith("file:"):
        return
    path = Path(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened ({error.strerror}); check the path and its "
            "permissions, or name another with --db."
        ) from None
