"""`python -m positron_tui` does what the console script does."""

from __future__ import annotations

import sys

from positron_tui.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
