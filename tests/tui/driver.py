"""The console as a person uses it: keys go in, words on the screen come out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from positron_tui.tui.app import ConsoleApp

_PATIENCE_S = 20.0


class Console:
    """A running console in a terminal that only the test sees."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    def text(self) -> str:
        """All that is on the screen now, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        assert len(strips) == height
        return "\n".join(strip.crop(0, width).text.rstrip() for strip in strips)

    def notices(self) -> str:
        """The sentences that pop up."""
        return "\n".join(one.message for one in self.app._notifications)

    async def press(self, *keys: str) -> Console:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self

    async def type(self, text: str) -> Console:
        return await self.press(*text)

    async def sees(self, *words: str) -> Console:
        """Wait until all these words are on the screen."""
        await self._until(lambda: [word for word in words if word not in self.text()])
        return self

    async def is_told(self, *words: str) -> Console:
        """Wait until a sentence with these words popped up."""
        await self._until(lambda: [word for word in words if word not in self.notices()])
        return self

    async def sees_no_more(self, word: str) -> Console:
        await self._until(lambda: [word] if word in self.text() else [])
        return self

    async def go_to(self, place: str) -> Console:
        await self.press("colon")
        await self.type(place)
        return await self.press("enter")

    async def fill(self, field: str, text: str) -> Console:
        """Put `text` into an input in the place of what is there."""
        self.app.screen.query_one(f"#{field}").focus()
        await self.press("home", "ctrl+k")
        return await self.type(text)

    async def _until(self, missing: object) -> None:
        assert callable(missing)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while missing():
                    await asyncio.sleep(0.01)
                    await self.pilot.pause()
        except TimeoutError:
            raise AssertionError(
                f"never seen: {missing()}\n{self.text()}\n-- notices: {self.notices()}"
            ) from None


@asynccontextmanager
async def console(app: ConsoleApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Console]:
    """Open a console in a terminal of this size and wait until it shows the fleet."""
    async with app.run_test(size=size) as pilot:
        opened = Console(app, pilot)
        await opened.sees("Fleet", "quit")
        await pilot.pause()
        yield opened
