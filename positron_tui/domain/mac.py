"""MAC addresses: one spelling inside (lower case, colons), any spelling outside."""

from __future__ import annotations

import re

from positron_tui.domain.errors import UsageError

_HEX = re.compile(r"[0-9a-fA-F]{12}\Z")
_SEPARATORS = re.compile(r"[:\-. ]")


def parse_mac(text: str) -> str:
    """Return any spelling of a MAC as `00:0e:d8:1c:95:08`; raise UsageError if it is none."""
    digits = _SEPARATORS.sub("", text.strip())
    if not _HEX.match(digits):
        raise UsageError(f"'{text}' is not a MAC address; write it as 00:0e:d8:1c:95:08.")
    return format_mac(bytes.fromhex(digits))


def format_mac(octets: bytes) -> str:
    """Return six octets as a MAC address in the spelling used inside."""
    return ":".join(f"{octet:02x}" for octet in octets)


def mac_octets(mac: str) -> bytes:
    """Return the six octets of a MAC address in the spelling used inside."""
    return bytes.fromhex(mac.replace(":", ""))
