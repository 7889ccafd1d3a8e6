"""The SNMP identity scan of an address range."""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.devices import Identity

MAX_ADDRESSES = 4_096


@dataclass(frozen=True, slots=True)
class Found:
    """An address that answered; `known_as` is the device that has it already.

    `is_gam` is False for another kind of equipment. `community` works there.
    """

    host: str
    identity: Identity
    known_as: str | None
    is_gam: bool
