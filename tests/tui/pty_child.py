"""A console over the sample fleet in a process of its own, for the tests that need a terminal.

SIGUSR1 changes one value of the fleet, SIGUSR2 makes a screen fail.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from positron_tui.domain.devices import Section
from positron_tui.services.app import Services
from positron_tui.tui.app import ConsoleApp
from positron_tui.tui.opening import AskPassphrase
from positron_tui.tui.render.lines import Line
from positron_tui.tui.widgets.live_text import Bar
from tests.tui import sample
from tests.tui.conftest import settings_for, still_services


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Services]:
    async with still_services(folder) as services:
        for view in sample.views():
            services.fleet.add(view.device)
            services.fleet.put(view)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, change_one_value, services)
        yield services
    await asyncio.to_thread((folder / "closed").touch)


def change_one_value(services: Services) -> None:
    """One endpoint of gam-01 reports another rate."""
    view = services.fleet.get("gam-01")
    first, *others = view.snapshot.endpoints
    assert first.down_phy_mbps is not None
    moved = replace(first, down_phy_mbps=first.down_phy_mbps + 1)
    snapshot = replace(view.snapshot, endpoints=(moved, *others))
    services.fleet.put(replace(view, snapshot=snapshot), {Section.ENDPOINTS})


def fail(app: ConsoleApp) -> None:
    """Make the next paint of the top line fail as a defect would."""

    def broken(width: int) -> Line:
        raise ZeroDivisionError(f"a defect at width {width}")

    bar = app.screen.query_one("#top", Bar)
    bar._make = broken
    bar.repaint_all()


async def main(folder: Path) -> int:
    def factory(ask: AskPassphrase):  # type: ignore[no-untyped-def]
        return opened(folder)

    app = ConsoleApp(settings_for(folder), factory=factory, start_monitor=False)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR2, fail, app)
    try:
        await app.run_async()
    finally:
        await app.close_services()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
