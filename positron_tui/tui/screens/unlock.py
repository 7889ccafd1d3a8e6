"""Asks for the passphrase of the file with the credentials."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from positron_tui.tui.render.facts import Sentence, flow
from positron_tui.tui.screens.dialog import Dialog
from positron_tui.tui.widgets.live_text import FlowText
from positron_tui.tui.widgets.prompt import LineInput


class UnlockScreen(Dialog[str]):
    """Gives the passphrase, or None when it is put off."""

    AUTO_FOCUS = "LineInput"
    keys = (("enter", "unlock"), ("esc", "not now"))

    def __init__(self) -> None:
        super().__init__("Passphrase of the credentials")

    def body(self) -> Sequence[Widget]:
        sentence = Sentence(
            "The passwords and communities of the devices are in an encrypted file. Without its "
            "passphrase the console shows what it knew last and reads no device."
        )
        return [
            FlowText(lambda width: ((), *flow([sentence], width), ()), id="dialog-text"),
            LineInput(password=True, placeholder="passphrase"),
        ]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
