"""What every command gets: its options, the settings, the output and the services."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from positron_tui.cli.output import Output
from positron_tui.cli.prompts import ask_secret
from positron_tui.domain.errors import CredentialsLocked

if TYPE_CHECKING:
    from positron_tui.config import Settings
    from positron_tui.services.app import Services

NOTHING_DONE = "nothing was changed on any device."
_log = logging.getLogger(__name__)


class Context:
    """One run of one command.

    `note` is what an interruption says about what was or was not done; a command keeps it true.
    `waiting` is what it says at once when something must be brought to an end first.
    `crash_logged` is set when the traceback of an unforeseen error is in the log file already.
    """

    def __init__(self, options: argparse.Namespace, out: Output) -> None:
        self.options = options
        self.out = out
        self.note = NOTHING_DONE
        self.waiting = ""
        self.crash_logged = False
        self._asked = False

    @cached_property
    def settings(self) -> Settings:
        """The settings of all layers; reading them also decides between tables and JSON."""
        from positron_tui.config import load_settings

        given = vars(self.options)
        settings = load_settings(
            Path(given["config"]) if given.get("config") else None,
            {
                "db": given.get("db"),
                "secrets.backend": given.get("secrets_backend"),
                "json_output": given.get("json"),
                "hooks.host": given.get("hooks_host"),
                "hooks.port": given.get("hooks_port"),
            },
        )
        self.out.as_json = settings.json_output
        if given.get("no_color"):
            os.environ["NO_COLOR"] = "1"
        return settings

    @property
    def terminal(self) -> bool:
        """Whether a person can be asked."""
        return sys.stdin is not None and sys.stdin.isatty()

    def tell_waiting(self) -> None:
        """Say why an interrupted command does not end at once, if it does not."""
        if self.waiting:
            self.out.say(self.waiting)

    @asynccontextmanager
    async def services(self) -> AsyncIterator[Services]:
        """Open the services; an unforeseen error is logged before their log file closes."""
        settings = self.settings
        from positron_tui.services.app import open_services

        async with open_services(settings, ask_passphrase=self.passphrase) as services:
            try:
                yield services
            except Exception as error:
                if not hasattr(error, "exit_code"):
                    _log.exception("the command ended with an unforeseen error")
                    self.crash_logged = True
                raise

    def passphrase(self) -> str:
        """Ask for the passphrase of the secrets file; CredentialsLocked without a terminal."""
        if not self.terminal:
            raise CredentialsLocked(
                "The secrets file needs its passphrase; set POSITRON_TUI_PASSPHRASE or run this "
                "on a terminal."
            )
        again, self._asked = self._asked, True
        label = "The passphrase once more" if again else "Passphrase of the secrets file"
        return ask_secret(self.out, label)
