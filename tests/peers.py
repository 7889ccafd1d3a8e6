"""Real programs that tests talk to; a missing one skips on a user's machine and fails in CI."""

from __future__ import annotations

import os
import shutil

import pytest

_EXTRA_PATHS = ("/usr/sbin", "/usr/local/sbin", "/sbin")


def require_peer(program: str) -> str:
    """Return the path of `program`, else skip (fail when POSITRON_TUI_REQUIRE_PEERS=1)."""
    path = shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), *_EXTRA_PATHS)))
    if path:
        return path
    reason = f"'{program}' is not installed; the test needs the real program as its peer"
    if os.environ.get("POSITRON_TUI_REQUIRE_PEERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
