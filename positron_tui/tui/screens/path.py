"""Asks for the path of a file."""

from __future__ import annotations

from positron_tui.tui.screens.ask import AskScreen


class PathScreen(AskScreen):
    """Gives what was typed, or None."""

    def __init__(self, title: str, sentence: str, path: str = "") -> None:
        super().__init__(
            title, sentence, text_before=path, placeholder="path of the file", enter="read it"
        )
