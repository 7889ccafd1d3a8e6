"""Names of devices: what may be one, and which one a new device gets."""

from __future__ import annotations

import re
from collections.abc import Collection

from positron_tui.domain.devices import Identity
from positron_tui.domain.errors import Finding, ValidationFailed

MAX_NAME = 63
_ALLOWED = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.()\-]*[A-Za-z0-9_.()\-])?\Z")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9 _.()\-]+")


def check_name(name: str, taken: Collection[str]) -> None:
    """Raise ValidationFailed when `name` cannot name a device or names one already."""
    if not _ALLOWED.match(name) or len(name) > MAX_NAME:
        text = (
            f"A device cannot be called {name!r}: use 1 to {MAX_NAME} letters, digits, blanks and "
            "_ . - ( ), beginning with a letter or digit."
        )
        raise ValidationFailed((Finding("name", text),))
    if name.casefold() in {one.casefold() for one in taken}:
        text = f"There is already a device called '{name}'; choose another name."
        raise ValidationFailed((Finding("name", text),))


def default_name(identity: Identity, host: str, taken: Collection[str]) -> str:
    """Return the device's own name, else model and serial number, else the host, made unique."""
    own = _fitting(identity.sys_name)
    product = _fitting(
        f"{identity.model}-{identity.serial}" if identity.model and identity.serial else None
    )
    base = own or product or _fitting(host) or "device"
    folded = {one.casefold() for one in taken}
    if base.casefold() not in folded:
        return base
    if own and product and product.casefold() not in folded:
        return product
    number = 2
    while f"{base}-{number}".casefold() in folded:
        number += 1
    return f"{base}-{number}"


def _fitting(text: str | None) -> str | None:
    """Return `text` without what a name cannot have, or None when nothing is left."""
    if not text:
        return None
    name = _NOT_ALLOWED.sub("-", text.strip())[: MAX_NAME - 6].strip(" -")
    return name if _ALLOWED.match(name) else None
