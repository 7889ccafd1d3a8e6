"""`show version`: who the unit is and what it runs (layouts of v1.1 to v1.8 and of the family)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from positron_tui.domain.devices import Firmware, Line
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.gam.parsers.text import (
    first_number,
    labelled,
    not_understood,
    plain_version,
    seconds,
)

COMMAND = "show version"
_HEADING = re.compile(r"\s*((?:active|backup|alternate|primary) image\b.*?)\s*\Z", re.IGNORECASE)
_PRODUCT = re.compile(r"\bGAM-\S+", re.IGNORECASE)
_LINE_LETTER = re.compile(r"GAM-[\dx/]+-([CM])", re.IGNORECASE)
_KNOWN = frozenset(
    ("mac address", "system name", "system uptime", "software version", "product", "port count")
)


@dataclass(frozen=True, slots=True)
class VersionReport:
    """What `show version` tells. `family` ("GAM-4/8-C") is not a model: that is not in there.

    `port_count` counts G.hn, uplink and management ports. `revision` is the build's number.
    """

    mac: str | None = None
    sys_name: str | None = None
    location: str | None = None
    contact: str | None = None
    uptime_s: int | None = None
    firmware: Firmware = field(default_factory=Firmware)
    family: str | None = None
    line: Line | None = None
    revision: str | None = None
    port_count: int | None = None


@dataclass(slots=True)
class _Image:
    heading: str
    name: str = ""
    version: str | None = None

    @property
    def active(self) -> bool:
        return "active" in self.heading or "(active)" in self.name


def parse_version(text: str) -> VersionReport:
    """Read the reply by its labels; raise UnexpectedReply when none of them is there."""
    values, images = _collect(text)
    if not _KNOWN & values.keys():
        raise not_understood(COMMAND, text)
    product = _PRODUCT.search(values.get("product", "") or values.get("software version", ""))
    family = product[0].split("_")[0] if product else None
    return VersionReport(
        mac=_mac(values.get("mac address", "")),
        sys_name=values.get("system name") or None,
        location=values.get("system location") or None,
        contact=values.get("system contact") or None,
        uptime_s=seconds(values.get("system uptime", "")),
        firmware=_firmware(values, images),
        family=family,
        line=_line(family),
        revision=values.get("code revision") or None,
        port_count=first_number(values.get("port count", "")),
    )


def _collect(text: str) -> tuple[dict[str, str], list[_Image]]:
    values: dict[str, str] = {}
    images: list[_Image] = []
    inside = False
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading:
            images.append(_Image(heading[1].lower()))
            inside = True
            continue
        if line.strip().lower() == "bootloader" or re.match(r"\s*sid\b", line, re.IGNORECASE):
            inside = False
        for label, value in labelled(line):
            if inside and label == "image":
                images[-1].name = value.lower()
            elif inside and label == "version":
                images[-1].version = plain_version(value)
            else:
                values.setdefault(label, value)
    return values, images


def _firmware(values: dict[str, str], images: list[_Image]) -> Firmware:
    active = next((image for image in images if image.active), None)
    if active is None:
        active = next((image for image in images if "primary" in image.heading), None)
    other = next((image for image in images if image is not active), None)
    running = active.version if active else None
    return Firmware(
        active=plain_version(values.get("software version", "")) or running,
        alternate=other.version if other else None,
    )


def _mac(text: str) -> str | None:
    try:
        return parse_mac(text)
    except UsageError:
        return None


def _line(family: str | None) -> Line | None:
    letter = _LINE_LETTER.match(family) if family else None
    if letter is None:
        return None
    return Line.COAX if letter[1].upper() == "C" else Line.COPPER
