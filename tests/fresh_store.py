"""An empty store to begin with: migrated once in a process, and copied from then on."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from functools import cache
from pathlib import Path

from positron_tui.config import sqlite_url
from positron_tui.store import open_store


def copy_fresh_store(path: Path) -> None:
    """Put an empty store of this version at `path`, unless there is a file already."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(0o600)
        path.write_bytes(_fresh_store())


@cache
def _fresh_store() -> bytes:
    """Return the file of a store that was opened once and closed; also callable inside a loop."""
    with tempfile.TemporaryDirectory(prefix="positron-tui-test-") as folder:
        path = Path(folder) / "fresh.db"

        async def create() -> None:
            async with open_store(sqlite_url(path)):
                pass

        thread = threading.Thread(target=lambda: asyncio.run(create()), name="fresh store")
        thread.start()
        thread.join()
        assert [one.name for one in path.parent.iterdir()] == ["fresh.db"]
        return path.read_bytes()
