"""Whatever a device calls itself is shown as text: no markup, no escape, no crash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from positron_tui.domain.devices import Alarm, Device
from positron_tui.domain.endpoints import Endpoint
from positron_tui.services.views import DeviceView
from tests.tui import sample
from tests.tui.conftest import Still
from tests.tui.driver import Console, console

NASTY = {
    "markup": ("[red]x", "[red]x"),
    "open tag": ("[/", "[/"),
    "link": ("[@click=app.exit]go[/]", "[@click=app.exit]go[/]"),
    "escape": ("\x1b]0;owned\x07\x1b[2J", "·]0;owned··[2J"),
    "c1": ("\x9b31mred", "·31mred"),
    "nul": ("a\x00b", "a·b"),
    "newline": ("a\nb\rc", "a·b·c"),
    "wide": ("東京の棟", "東京の棟"),
    "right to left": ("\u202eabc", "·abc"),
    "hebrew": ("שלום", "שלום"),
    "combining": ("e\u0301te\u0301", "e\u0301te\u0301"),
    "surrogate": ("\ud800x", "·x"),
    "long": ("x" * 500, "xxx"),
}


def with_names(text: str) -> DeviceView:
    view = sample.coax_view()
    first, *others = view.snapshot.endpoints
    port, *ports = view.snapshot.ports
    subscriber, *subscribers = view.snapshot.subscribers
    nasty: Endpoint = replace(first, name=text, description=text, model=text, firmware=text)
    snapshot = replace(
        view.snapshot,
        identity=replace(view.snapshot.identity, sys_name=text, model=text, location=text),
        endpoints=(nasty, *others),
        ports=(replace(port, label=text), *ports),
        subscribers=(replace(subscriber, name=text, description=text), *subscribers),
        alarms=(Alarm(text, text, text, description=text),),
    )
    device: Device = replace(view.device, site=text)
    return replace(view, device=device, snapshot=snapshot)


async def look(screen: Console, place: str) -> str:
    await screen.go_to(place)
    return screen.text()


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_names_are_shown_and_not_obeyed(
    name: str, size: tuple[int, int], empty: Still
) -> None:
    text, shown = NASTY[name]
    view = with_names(text)
    empty.services.fleet.add(view.device)
    empty.services.fleet.put(view)
    empty.services.activity.record(text, device="gam-01", transport="cli", reply=text)
    async with console(empty.app(), size) as screen:
        await screen.press("E")
        seen = [
            screen.text(),
            await look(screen, "gam gam-01"),
            await look(screen, "port gam-01/1"),
            await look(screen, f"ep {sample.mac(1)}"),
            await look(screen, "subscribers"),
            await look(screen, "log"),
        ]
        screen.app.complain(text)
        screen.app.say(text)
        await screen.pilot.pause()
        assert screen.app.is_running
    whole = "\n".join(seen)
    assert shown in whole
    assert not any(not char.isprintable() and char != "\n" for char in whole)
