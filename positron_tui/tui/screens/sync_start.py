"""Which billing system and which accounts are to be compared: asked, then begun."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from positron_tui.services.sync_types import OnSyncProgress, SyncReport
from positron_tui.tui.screens.ask import AskScreen
from positron_tui.tui.screens.pick import Option, PickScreen

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

_ACCOUNTS = (
    "Leave it empty for all accounts, or write the numbers of some, with blanks between them. "
    "Billing is read and compared with the plant; nothing is sent before you have seen it."
)


def ask_and_compare(app: ConsoleApp, *, dry_run: bool = False, system: str | None = None) -> None:
    """Ask for the system, where there are several, and for the accounts; then compare."""
    names = [one.system.name for one in app.open_syncs.systems]
    if system is None and not names:
        app.say("There is no billing system yet; 'positron-tui billing add' adds one.")
    elif system is not None or len(names) == 1:
        _ask_accounts(app, system or names[0], dry_run=dry_run)
    else:
        kinds = {one.system.name: one.system.kind.value for one in app.open_syncs.systems}
        options = [Option(name, name, kinds[name]) for name in names]

        def chosen(name: str | None) -> None:
            if name is not None:
                _ask_accounts(app, name, dry_run=dry_run)

        app.push_screen(PickScreen("Which billing system?", options), chosen)


def _ask_accounts(app: ConsoleApp, system: str, *, dry_run: bool) -> None:
    def answered(text: str | None) -> None:
        if text is not None:
            compare(app, system, text.replace(",", " ").split(), dry_run=dry_run)

    title = f"{'Dry run of' if dry_run else 'Compare with'} {system}"
    app.push_screen(
        AskScreen(title, _ACCOUNTS, placeholder="all accounts", enter="begin", may_be_empty=True),
        answered,
    )


def compare(
    app: ConsoleApp, system: str, accounts: Collection[str] = (), *, dry_run: bool = False
) -> None:
    """Begin to compare and open the run, which shows how far it is."""

    async def make(on_progress: OnSyncProgress) -> SyncReport:
        return await app.services.sync.prepare(
            system, accounts=accounts, dry_run=dry_run, on_progress=on_progress
        )

    app.places.sync_job(app.syncing.compare(f"Reading {system}", make))


def ask_to_discard(app: ConsoleApp, run_id: int, then: Callable[[], None]) -> None:
    """Ask, and say no to a run that waits."""
    from positron_tui.tui.screens.confirm import ConfirmScreen

    async def discard() -> None:
        await app.services.sync.discard(run_id)
        app.say(f"Run {run_id} was said no to; nothing was changed.")
        then()

    def answered(yes: bool | None) -> None:
        if yes:
            app.work(discard(), "say no to a sync run")

    text = (
        "It is not carried out, and that cannot be undone; but the next comparison finds again "
        "what still differs."
    )
    app.push_screen(ConfirmScreen(f"Say no to run {run_id}?", text, yes="say no"), answered)
