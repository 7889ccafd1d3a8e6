"""Real processes without the cost of a start: they fork from one that has all imported."""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
# One list for all tests: a worker has one such server, which imports this when it starts.
FORKS.set_forkserver_preload(["__main__", "tests.preload"])


def run_program(words: Sequence[str], environment: Mapping[str, str], streams: Path) -> None:
    """Be the console script with these words; its streams are in.txt, out.txt and err.txt there."""
    os.environ.clear()
    os.environ.update(environment)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, (name, mode) in enumerate((("in", os.O_RDONLY), ("out", flags), ("err", flags))):
        opened = os.open(streams / f"{name}.txt", mode, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace"
    )
    sys.argv = ["positron-tui", *words]
    from positron_tui.cli.main import run

    sys.exit(run())
