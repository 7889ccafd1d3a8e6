"""System utility (24), firmware (28) and configuration files (101) of the vendor's MIB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from positron_tui.simulator.snmp import oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import Column, Table, scalars
from positron_tui.simulator.snmp.tables.standard import host_name, set_host_name
from positron_tui.simulator.snmp.unit import Unit

_SWITCH: Oid = (1,)
_LED_TITLE = "System LED: "
_BUILT = "2023-04-18T09:12:44+00:00"


def platform_tables(unit: Unit) -> list[Table[Any]]:
    """Return the tables of this module for one unit."""
    return [*_system(unit), *_sensors(unit), *_firmware(unit), *_icfg(unit)]


def uptime_text(unit: Unit) -> bytes:
    """Return the uptime; a GAM-12-C on 1.5.4 writes 11 characters over the text of its LED."""
    uptime = unit.device.uptime_text
    if unit.device.personality.overrun_uptime:
        uptime = uptime[:11] + (_LED_TITLE + unit.health().led)[len(uptime[:11]) :]
    return v.text(uptime)


def _system(unit: Unit) -> list[Table[Any]]:
    device = unit.device

    def set_contact(row: Unit, value: str) -> None:
        row.device.running.contact = value

    def set_location(row: Unit, value: str) -> None:
        row.device.running.location = value

    def reboot(row: Unit, kind: int) -> None:
        if kind:
            row.device.reboot()

    info = (
        Column[Unit](1, lambda row: v.text(host_name(row)), v.label(255), set_host_name),
        Column[Unit](2, lambda row: v.text(row.device.running.contact), v.label(255), set_contact),
        Column[Unit](
            3, lambda row: v.text(row.device.running.location), v.label(255), set_location
        ),
    )
    board = (
        Column[Unit](1, v.constant(v.mac(device.base_mac))),
        Column[Unit](2, v.constant(v.gauge(device.model.number))),
        Column[Unit](3, v.fixed_text(device.serial)),
        Column[Unit](4, v.fixed_text(device.model.name)),
        Column[Unit](5, v.fixed_text(device.hardware_version)),
        Column[Unit](6, v.constant(v.integer(3))),
        Column[Unit](7, v.constant(v.integer(-1))),
        Column[Unit](8, v.fixed_text("MX25L25635F")),
        Column[Unit](9, v.fixed_text("VSC8501")),
    )
    reboot_type = Column[Unit](2, v.constant(v.integer(0)), v.number(0, 2), reboot)
    return [
        scalars(oids.SYS_INFO, unit, info),
        scalars(oids.SYS_UPTIME, unit, (Column[Unit](1, uptime_text),)),
        scalars(oids.SYS_BOARD, unit, board),
        Table(oids.SYS_REBOOT, lambda: ((_SWITCH, unit),), (reboot_type,)),
    ]


@dataclass(frozen=True, slots=True)
class _Sensor:
    unit: Unit
    position: int


def _sensors(unit: Unit) -> list[Table[Any]]:
    def positions(count: int, first: int) -> Iterator[tuple[Oid, _Sensor]]:
        return (((first + n,), _Sensor(unit, n)) for n in range(count))

    def supplies() -> Iterator[tuple[Oid, _Sensor]]:
        rows = positions(len(unit.health().power_supplies), 1)
        return (((1, *index), row) for index, row in rows)

    def monitors() -> Iterator[tuple[Oid, _Sensor]]:
        return positions(2 if unit.device.personality.mib_complete else 0, 0)

    def fans() -> Iterator[tuple[Oid, _Sensor]]:
        rows = unit.health().fans
        return (((index,), _Sensor(unit, n)) for n, (index, _) in enumerate(rows))

    def monitored(row: _Sensor) -> bytes:
        tenths = row.unit.health().temperatures[0 if row.position == 0 else -1][1]
        return v.integer(tenths // 10)

    cpu = (
        Column[Unit](1, lambda row: v.gauge(row.health().cpu_percent[0])),
        Column[Unit](2, lambda row: v.gauge(row.health().cpu_percent[1])),
        Column[Unit](3, lambda row: v.gauge(row.health().cpu_percent[2])),
    )
    power = (
        Column[_Sensor](
            3, lambda row: v.integer(row.unit.health().power_supplies[row.position][1])
        ),
        Column[_Sensor](4, lambda row: v.text(row.unit.health().power_supplies[row.position][0])),
    )
    led = (Column[Unit](2, lambda row: v.text(_LED_TITLE + row.health().led)),)
    monitor = (
        Column[_Sensor](2, v.constant(v.FALSE)),
        Column[_Sensor](3, v.constant(v.FALSE)),
        Column[_Sensor](4, v.constant(v.FALSE)),
        Column[_Sensor](5, monitored),
    )
    temperature = (
        Column[_Sensor](2, lambda row: v.text(row.unit.health().temperatures[row.position][0])),
        Column[_Sensor](3, lambda row: v.integer(row.unit.health().temperatures[row.position][1])),
    )
    fan = (Column[_Sensor](2, lambda row: v.integer(row.unit.health().fans[row.position][1])),)
    return [
        scalars(oids.SYS_CPU, unit, cpu),
        Table(oids.SYS_POWER, supplies, power),
        Table(oids.SYS_LED, lambda: ((_SWITCH, unit),), led),
        Table(oids.SYS_TEMPERATURE_MONITOR, monitors, monitor),
        Table(
            oids.SYS_TEMPERATURE,
            lambda: positions(len(unit.health().temperatures), 1),
            temperature,
        ),
        Table(oids.SYS_FAN, fans, fan),
    ]


@dataclass(frozen=True, slots=True)
class _Image:
    """A firmware bank: `kind` 0 boot loader, 1 active, 2 alternative."""

    kind: int
    name: str
    version: str
    revision: str


def _images(unit: Unit) -> Iterator[tuple[Oid, _Image]]:
    device = unit.device
    revision = device.personality.revision
    yield (0,), _Image(0, "RedBoot", "1_31-b4f3a7d", "")
    yield (
        (1,),
        _Image(
            1, _file(device.software_version, f"_r{revision}"), device.software_version, revision
        ),
    )
    yield (2,), _Image(2, _file(device.alternate_version), device.alternate_version, "")


def _file(version: str, revision: str = "") -> str:
    return f"{version.lower().replace('/', '-')}{revision}.mfip"


def _firmware(unit: Unit) -> list[Table[Any]]:
    device = unit.device

    def swap(row: Unit, wanted: bool) -> None:
        if wanted:
            old = row.device.personality
            row.device.personality = replace(old, firmware=old.alternate, alternate=old.firmware)
            row.device.reboot()

    image = (
        Column[_Image](2, lambda row: v.integer(row.kind)),
        Column[_Image](3, lambda row: v.text(row.name)),
        Column[_Image](4, lambda row: v.text(row.version)),
        Column[_Image](5, v.fixed_text(_BUILT)),
        Column[_Image](6, lambda row: v.text(row.revision)),
        Column[_Image](7, v.fixed_text("MX25L25635F")),
        Column[_Image](8, v.fixed_text("VSC8501")),
    )
    switch = (
        Column[Unit](2, v.fixed_text("VSC7448")),
        Column[Unit](3, v.fixed_text(device.board_type)),
        Column[Unit](4, lambda row: v.gauge(len(row.ports))),
        Column[Unit](5, lambda row: v.text(row.device.product)),
        Column[Unit](6, lambda row: v.text(row.device.software_version)),
        Column[Unit](7, v.fixed_text(_BUILT)),
    )
    return [
        Table(oids.FIRMWARE_IMAGE, lambda: _images(unit), image, live=True),
        scalars(oids.FIRMWARE_UPLOAD_STATUS, unit, (Column[Unit](1, v.constant(v.integer(0))),)),
        Table(oids.FIRMWARE_SWITCH, lambda: ((_SWITCH, unit),), switch),
        scalars(
            oids.FIRMWARE_CONTROL,
            unit,
            (Column[Unit](1, v.constant(v.FALSE), v.read_truth, swap),),
        ),
    ]


RUNNING, STARTUP, FILE = 1, 2, 3
_SUCCESS, _NO_SUCH_FILE, _SAME, _NO_SOURCE, _NO_DESTINATION = 1, 4, 5, 7, 8


@dataclass(slots=True)
class _CopyJob:
    """What the next copy shall do; types 0 none, 1 running, 2 startup, 3 a file."""

    unit: Unit
    source: int = 0
    source_file: str = ""
    destination: int = 0
    destination_file: str = ""
    merge: bool = False

    def run(self) -> None:
        """Copy at once and leave the result in the status object."""
        device = self.unit.device
        device.runtime.copy_status = self._outcome()
        if device.runtime.copy_status != _SUCCESS:
            return
        if self.destination == STARTUP:
            device.save()
        else:
            device.load_startup()

    def _outcome(self) -> int:
        if self.source not in (RUNNING, STARTUP):
            return _NO_SUCH_FILE if self.source == FILE else _NO_SOURCE
        if self.destination not in (RUNNING, STARTUP):
            return _NO_DESTINATION
        return _SAME if self.source == self.destination else _SUCCESS


@dataclass(frozen=True, slots=True)
class _File:
    unit: Unit
    name: str
    attribute: str

    @property
    def size(self) -> int:
        return len(self.unit.device.startup_text().encode())

    @property
    def modified(self) -> str:
        return self.unit.startup_saved_at.strftime("%Y-%m-%d %H:%M:%S")


def _icfg(unit: Unit) -> list[Table[Any]]:
    job = _CopyJob(unit)

    def copy(row: _CopyJob, wanted: bool) -> None:
        if wanted:
            row.run()

    def set_source(row: _CopyJob, value: int) -> None:
        row.source = value

    def set_source_file(row: _CopyJob, value: str) -> None:
        row.source_file = value

    def set_destination(row: _CopyJob, value: int) -> None:
        row.destination = value

    def set_destination_file(row: _CopyJob, value: str) -> None:
        row.destination_file = value

    def set_merge(row: _CopyJob, value: bool) -> None:
        row.merge = value

    control = (
        Column[_CopyJob](1, v.constant(v.FALSE), v.read_truth, copy),
        Column[_CopyJob](2, lambda row: v.integer(row.source), v.number(0, 3), set_source),
        Column[_CopyJob](3, lambda row: v.text(row.source_file), v.label(127), set_source_file),
        Column[_CopyJob](
            4, lambda row: v.integer(row.destination), v.number(0, 3), set_destination
        ),
        Column[_CopyJob](
            5, lambda row: v.text(row.destination_file), v.label(127), set_destination_file
        ),
        Column[_CopyJob](6, lambda row: v.truth(row.merge), v.read_truth, set_merge),
    )
    status = Column[Unit](1, lambda row: v.integer(row.device.runtime.copy_status))
    files = (
        Column[_File](2, lambda row: v.text(row.name)),
        Column[_File](3, lambda row: v.gauge(row.size)),
        Column[_File](4, lambda row: v.text(row.modified)),
        Column[_File](5, lambda row: v.text(row.attribute)),
    )
    startup = _File(unit, "startup-config", "rw")
    return [
        Table(oids.ICFG_FILES, lambda: (((1,), startup),), files),
        scalars(oids.ICFG_COPY_STATUS, unit, (status,)),
        scalars(oids.ICFG_COPY, job, control),
    ]
