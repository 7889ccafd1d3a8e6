"""The one way to the clipboard: the terminal's own (OSC 52), through tmux, or else a file."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

# Terminals drop longer sequences (the usual limit is 74,994 characters of base64).
LONGEST = 74_000
_PLAIN_TERMINALS = ("linux", "dumb", "vt100", "vt220")


@dataclass(frozen=True, slots=True)
class Copied:
    """How a text was copied; `sentence` tells the person."""

    sentence: str
    file: Path | None = None


def osc52(text: str, environment: Mapping[str, str]) -> str | None:
    """Return the sequence that hands `text` to the terminal; None when it could not take it.

    Inside tmux both forms are sent: the bare one works with `set-clipboard on`, the wrapped one
    with `allow-passthrough on`.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(encoded) > LONGEST or environment.get("TERM", "dumb") in _PLAIN_TERMINALS:
        return None
    bare = f"\x1b]52;c;{encoded}\x07"
    if environment.get("TMUX"):
        doubled = bare.replace("\x1b", "\x1b\x1b")
        return f"{bare}\x1bPtmux;{doubled}\x1b\\"
    if environment.get("STY"):
        return f"\x1bP{bare}\x1b\\"
    return bare


class Clipboard:
    """Copies through `write` (the terminal), or into `folder` when the terminal cannot take it."""

    def __init__(
        self,
        write: Callable[[str], None],
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._write = write
        self._folder = folder
        self._environment = os.environ if environment is None else environment

    def copy(self, text: str) -> Copied:
        """Copy `text`; raises OSError when not even the file can be written."""
        sequence = osc52(text, self._environment)
        if sequence is not None:
            self._write(sequence)
            return Copied(f"Sent to the terminal's clipboard: {len(text)} characters.")
        path = self._folder / "clipboard.txt"
        self._folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        return Copied(f"The terminal cannot take it; it is in {path}.", path)
