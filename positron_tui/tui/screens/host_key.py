"""SSH host keys: the first one is shown before it is trusted, another one is shown with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.domain.errors import NotFound
from positron_tui.tui.render.facts import Fact, Sentence
from positron_tui.tui.screens.confirm import ConfirmScreen

if TYPE_CHECKING:
    from positron_tui.tui.app import ConsoleApp


def first_key_question(host: str, fingerprint: str, algorithm: str) -> ConfirmScreen:
    """Return the dialog for a key that nobody knows yet."""
    return ConfirmScreen(
        "Is this the right device?",
        [
            Sentence(f"{host} shows this SSH host key for the first time:"),
            None,
            Fact("Algorithm", algorithm),
            Fact("Fingerprint", fingerprint, "accent"),
            None,
            Sentence(
                "Compare it with the device's own (on its console port). Once trusted, another "
                "key at this address blocks the device."
            ),
        ],
        yes="trust it",
        no="do not",
    )


def offer_new_key(app: ConsoleApp, name: str) -> None:
    """Ask whether a blocked device's new key is to be trusted, and pin it."""
    try:
        device = app.services.fleet.get(name).device
    except NotFound as error:
        app.complain(str(error))
        return
    offered = device.offered_key_fingerprint
    if not offered:
        app.say(f"{name} shows the SSH host key that is trusted; there is nothing to do.")
        return

    async def trust() -> None:
        await app.services.inventory.trust_new_host_key(name, offered)
        app.say(f"The new key of {name} is trusted from now on.")

    question = ConfirmScreen(
        f"{name} shows another SSH host key",
        [
            Fact("Trusted", device.host_key_fingerprint or "none"),
            Fact("Offered now", offered, "bad"),
            None,
            Sentence(
                "That is right after the unit was replaced or reset to factory defaults. If "
                "neither happened, somebody else may be answering at its address: do not trust it."
            ),
        ],
        yes="trust the new key",
        no="keep it blocked",
    )
    app.push_screen(question, lambda yes: app.work(trust(), f"trust {name}") if yes else None)
