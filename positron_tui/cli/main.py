"""The console script's entry: answers --version at once and leaves the rest to `cli.app`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from positron_tui.version import __version__


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (0 to 5, 130 interrupted, 143 terminated)."""
    words = list(sys.argv[1:] if argv is None else argv)
    options = words[: words.index("--")] if "--" in words else words
    if "--version" in options:
        sys.stdout.write(f"positron-tui {__version__}\n")
        return 0
    from positron_tui.cli.app import main

    return main(words)
