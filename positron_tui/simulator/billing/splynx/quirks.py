"""What differs between installations of Splynx, and what nobody knows for sure: as switches."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Quirks:
    """How this installation behaves; every field may change while it runs.

    strict_nonce: a nonce must be greater than the last one of the key. unsecure_access: Basic
    authentication is allowed. numbers_as_text: ids and numbers are strings, as in version 4.
    notes_listed: notes can be read back. page_cap: no list is longer than this. denied: modules
    that the key may not use (customers, services, tariffs, logs, notes). head_counts: HEAD tells
    X-total-count. form_hooks: hooks are form encoded. read_hooks: reading fires hooks as well.
    tells_options: OPTIONS is answered. copies_services: a customer who becomes inactive has his
    services disabled and copies of them stopped, and who comes back has the copies, with new ids.
    """

    strict_nonce: bool = True
    unsecure_access: bool = False
    numbers_as_text: bool = False
    notes_listed: bool = True
    page_cap: int | None = None
    denied: set[str] = field(default_factory=set)
    head_counts: bool = True
    form_hooks: bool = False
    read_hooks: bool = False
    tells_options: bool = True
    copies_services: bool = False
