"""What every process of `tests.forks` has imported already; nothing here may start a thread."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import alembic.command
import alembic.config
import alembic.script  # noqa: F401

import positron_tui.cli.commands
import tests.e2e.crash_child
import tests.e2e.hook_child
import tests.forks  # noqa: F401

for _module in pkgutil.iter_modules(positron_tui.cli.commands.__path__):
    importlib.import_module(f"positron_tui.cli.commands.{_module.name}")
# Memory that the collector never touches stays shared with every fork.
gc.freeze()
