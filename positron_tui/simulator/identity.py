"""What a virtual unit says it is; texts in the form that real units use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.domain.devices import Line
from positron_tui.domain.models import PRODUCTS_OID

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

DAY_S = 86_400


def family(device: SimDevice) -> str:
    """Return the product family that the firmware is built for ("GAM-12/24-C")."""
    size = "4/8" if device.model.ghn_ports <= 8 else "12/24"
    return f"GAM-{size}-{'C' if device.model.line is Line.COAX else 'M'}"


def software_version(device: SimDevice, version: str | None = None) -> str:
    return f"{family(device)}_v{version or device.personality.firmware}"


def sys_descr(device: SimDevice) -> str:
    name = device.model.name
    return f"{name} GigaBit Ethernet Switch, firmware {software_version(device)}"


def sys_object_id(device: SimDevice) -> str:
    return f"{PRODUCTS_OID}.{device.model.number}"


def product(device: SimDevice) -> str:
    return f"Positron {family(device)} Switch"


def board_type(device: SimDevice) -> str:
    return "Jaguar2-cu8sfp16" if device.model.ghn_ports > 8 else "Serval-T"


def indoor(device: SimDevice) -> bool:
    """Return whether the unit stands in a rack (fans, two power supplies)."""
    return device.model.ghn_ports >= 12


def uptime_text(seconds: int) -> str:
    """Return `18d 06:33:06`, or `06:33:06` on the first day, as `show version` has it."""
    days, rest = divmod(seconds, DAY_S)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days}d {clock}" if days else clock


def endpoint_uptime_text(seconds: int) -> str:
    """Return `53 days, 14h 28m 19s`: no padding, as endpoints have it."""
    days, rest = divmod(seconds, DAY_S)
    return f"{days} days, {rest // 3600}h {rest // 60 % 60}m {rest % 60}s"
