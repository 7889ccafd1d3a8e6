"""The reply to `copy running-config startup-config`."""

from __future__ import annotations

import re

from positron_tui.gam.parsers.text import not_understood

COMMAND = "copy running-config startup-config"
_SAVED = re.compile(r"% ?Saving (\d{1,9}) bytes to", re.IGNORECASE | re.ASCII)


def parse_save_reply(text: str) -> int:
    """Return how many bytes were saved; raise UnexpectedReply when the device does not say so."""
    match = _SAVED.search(text)
    if match is None:
        raise not_understood(COMMAND, text)
    return int(match[1])
