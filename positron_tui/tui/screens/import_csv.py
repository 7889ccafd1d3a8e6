"""Importing subscribers: the file is read and compared with the devices before anything is run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from positron_tui.domain.errors import UsageError
from positron_tui.services.actions import ActionEdit
from positron_tui.services.transfer import CheckedImport, parse_import
from positron_tui.tui import actions
from positron_tui.tui.live import Changes
from positron_tui.tui.render import imports
from positron_tui.tui.render.facts import Item, Sentence, flow
from positron_tui.tui.render.lines import Span
from positron_tui.tui.screens.base import ConsoleScreen
from positron_tui.tui.widgets.live_text import FlowText

MOST_OCTETS = 20_000_000


class ImportScreen(ConsoleScreen):
    """The report of a dry run; with no bad line in it, the run on all rows follows."""

    name_in_registry = actions.IMPORT
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings_of(actions.IMPORT)]
    AUTO_FOCUS = "FlowText"
    left_when_done = True

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._items: list[Item] = []
        self._checked: CheckedImport | None = None
        self._checking = False

    def body(self) -> Sequence[Widget]:
        return [FlowText(id="sheet")]

    def heading(self) -> str:
        return f"Import of {self._path.name}"

    def counts(self) -> Sequence[Span]:
        return (("reading ...", "warn"),) if self._checking else ()

    def concerns(self, changes: Changes) -> bool:
        return False

    def hidden_keys(self) -> Sequence[str]:
        return () if self._can_run else ("run_import",)

    def on_mount(self) -> None:
        self.action_check_again()

    def show(self) -> None:
        items = self._items
        self.query_one(FlowText).set_flow(lambda width: flow(items, width - 1))

    def action_check_again(self) -> None:
        if self._checking:
            return
        self._checking = True
        self._checked = None
        self._items = [Sentence("Reading the file, and the devices that it names ...", "dim")]
        self.refresh_show()
        self.console_app.work(self._check(), "check an import")

    def action_run_import(self) -> None:
        if self._checked is None or not self._can_run:
            return
        edits = {(one.device, one.subject): one for one in self._checked.items}

        async def made(device: str, subject: str) -> ActionEdit:
            return edits[device, subject]

        self.console_app.places.bulk("Import", tuple(edits), made)

    @property
    def _can_run(self) -> bool:
        checked = self._checked
        return checked is not None and not checked.problems and bool(checked.items)

    async def _check(self) -> None:
        try:
            text = await asyncio.to_thread(read_text, self._path)
            self._checked = await self.services.transfer.check_import(parse_import(text))
            self._items = imports.report(self._checked)
        except UsageError as error:
            self._items = [Sentence(str(error), "bad")]
        finally:
            self._checking = False
            self.refresh_show()


def read_text(path: Path) -> str:
    """Return the text of a file; UsageError says why it cannot be read as one."""
    try:
        if path.stat().st_size > MOST_OCTETS:
            raise UsageError(f"{path} is too large to be a list of subscribers.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"{path} cannot be read ({why}); write another path.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a text in UTF-8; save it as CSV in UTF-8.") from None
