"""Whether the JSON-RPC API of a device may be used: chosen, its certificate looked at, kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from positron_tui.domain.devices import Device
from positron_tui.tui.render.facts import Fact, Sentence
from positron_tui.tui.screens.confirm import ConfirmScreen
from positron_tui.tui.screens.pick import Option, PickScreen

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp

HTTPS = "https"
HTTP = "http"
OFF = "off"
_WAYS = (
    Option(HTTPS, "HTTPS", "its certificate is shown first and pinned"),
    Option(HTTP, "plain HTTP", "the password can be read on the way"),
    Option(OFF, "not at all", "no trunk, double tags or uplink"),
)


def ask_json_rpc(app: ConsoleApp, name: str) -> None:
    """Ask how the API of a device may be used; for HTTPS show the certificate before."""
    device = app.services.fleet.get(name).device

    def answered(way: str | None) -> None:
        if way == HTTPS:
            app.work(_offer_certificate(app, device), f"ask {name} for its certificate")
        elif way is not None:
            app.work(_keep(app, device, way), f"keep {name}")

    title = f"How may the JSON-RPC API of {name} be used?"
    app.push_screen(PickScreen(title, _WAYS, current=way_of(device)), answered)


def way_of(device: Device) -> str:
    """Return how the API of a device may be used now."""
    if device.address.https:
        return HTTPS
    return HTTP if device.address.http_allowed else OFF


async def _offer_certificate(app: ConsoleApp, device: Device) -> None:
    app.say(f"Asking {device.name} for its certificate ...")
    reached = replace(device, address=replace(device.address, https=True, http_allowed=False))
    shown = await app.services.inventory.check_certificate(reached)
    app.clear_notifications()

    def answered(yes: bool | None) -> None:
        if yes:
            app.work(_keep(app, device, HTTPS, shown), f"keep {device.name}")

    question = ConfirmScreen(
        "Is this the right device?",
        [
            Sentence(f"{device.name} shows this TLS certificate:"),
            None,
            Fact("Trusted", device.certificate or "none yet"),
            Fact("Shown now", shown, "accent"),
            None,
            Sentence("Compare it with the device's own. Another one is refused from then on."),
        ],
        yes="trust it",
        no="do not",
    )
    app.push_screen(question, answered)


async def _keep(app: ConsoleApp, device: Device, way: str, certificate: str | None = None) -> None:
    address = replace(device.address, https=way == HTTPS, http_allowed=way == HTTP)
    await app.services.inventory.edit(device.name, address=address)
    if certificate is not None:
        await app.services.inventory.trust_certificate(device.name, certificate)
    words = {HTTPS: "is used over HTTPS", HTTP: "is used over plain HTTP", OFF: "is not used"}
    app.say(f"The JSON-RPC API of {device.name} {words[way]} from now on.")
