"""Checks of the console's own surroundings, each with a sentence."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from positron_tui.config import Settings, SnmpEngine, default_config_file
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import PositronError
from positron_tui.services.drivers import DriverPool
from positron_tui.services.fleet import Fleet
from positron_tui.services.vault import VaultKeeper
from positron_tui.services.views import DeviceView, blocked_sentence
from positron_tui.store import Store
from positron_tui.version import __version__

# Nobody runs this console before it was written; a clock below that was never set.
_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
_DEVICE_TIMEOUT_S = 30.0
_DEVICES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `ok` None = worth knowing, neither good nor bad."""

    name: str
    ok: bool | None
    sentence: str


class Doctor:
    """Looks at the machine, the settings, the store, the vault and every device."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        vault: VaultKeeper,
        fleet: Fleet,
        drivers: DriverPool,
        clock: Clock,
        log_problem: str | None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._vault = vault
        self._fleet = fleet
        self._drivers = drivers
        self._clock = clock
        self._log_problem = log_problem

    async def checks(self) -> AsyncIterator[Check]:
        """Yield the checks one by one, the quick ones first, then one for each device."""
        yield _python()
        yield self._config()
        yield await self._database()
        yield await self._secrets()
        yield self._snmp_engine()
        yield _ssh_library()
        for check in terminal_checks(os.environ, sys.stdout.encoding, os.isatty):
            yield check
        yield self._time()
        yield self._log()
        async for check in self._devices():
            yield check

    def _config(self) -> Check:
        named = os.environ.get("POSITRON_TUI_CONFIG")
        path = Path(named) if named else default_config_file()
        if path.exists():
            return Check("settings", True, f"The settings file is {path}.")
        return Check("settings", None, f"There is no settings file {path}; defaults are used.")

    async def _database(self) -> Check:
        where = self._store.shown
        try:
            devices = await self._store.devices.list()
        except PositronError as error:
            return Check("database", False, str(error))
        mode = _file_mode(where)
        if mode is not None and mode & 0o077:
            text = f"The database {where} can be read by others (mode {mode:03o}); use chmod 600."
            return Check("database", False, text)
        count = f"{len(devices)} device{'' if len(devices) == 1 else 's'}"
        return Check("database", True, f"The database {where} is current and has {count}.")

    async def _secrets(self) -> Check:
        status = await self._vault.unlock()
        return Check("secrets", status.usable, status.sentence)

    def _snmp_engine(self) -> Check:
        wanted = self._settings.snmp.engine
        fast = importlib.util.find_spec("gufo") is not None
        if wanted is SnmpEngine.GUFO and not fast:
            return Check("SNMP", False, "The SNMP engine gufo is asked for, but not installed.")
        if wanted is SnmpEngine.PYSNMP or not fast:
            return Check(
                "SNMP",
                None,
                f"SNMP is spoken by pysnmp {_version('pysnmp')}: good for some 50 devices.",
            )
        return Check("SNMP", True, f"SNMP is spoken by gufo-snmp {_version('gufo-snmp')}.")

    def _time(self) -> Check:
        now = self._clock.now()
        if now < _EARLIEST:
            text = f"This machine's clock shows {now:%Y-%m-%d}; set it, or ages will be wrong."
            return Check("clock", False, text)
        newest = [view.poll.last_good_at for view in self._fleet.devices()]
        ahead = [at for at in newest if at is not None and (at - now).total_seconds() > 60]
        if ahead:
            text = (
                f"Readings in the database are from the future ({max(ahead):%Y-%m-%d %H:%M} UTC); "
                "this machine's clock was set back."
            )
            return Check("clock", False, text)
        return Check("clock", True, f"This machine's clock shows {now:%Y-%m-%d %H:%M} UTC.")

    def _log(self) -> Check:
        if self._log_problem:
            return Check("log", False, self._log_problem)
        return Check("log", True, f"The log file is {self._settings.log.file}.")

    async def _devices(self) -> AsyncIterator[Check]:
        views = self._fleet.devices()
        if not views:
            yield Check("devices", None, "No device was added yet; begin with 'device add'.")
            return
        gate = asyncio.Semaphore(_DEVICES_AT_ONCE)
        tasks = [asyncio.create_task(self._device(view, gate)) for view in views]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _device(self, view: DeviceView, gate: asyncio.Semaphore) -> Check:
        blocked = blocked_sentence(view.device)
        if blocked:
            return Check(view.name, False, blocked)
        last = view.poll.last_good_at
        ago = f"last good poll {last:%Y-%m-%d %H:%M} UTC" if last else "never polled well"
        try:
            async with gate, asyncio.timeout(_DEVICE_TIMEOUT_S):
                notes = await self._reach(view)
        except TimeoutError:
            text = f"{view.name} did not answer within {_DEVICE_TIMEOUT_S:g} s; {ago}."
            return Check(view.name, False, text)
        except PositronError as error:
            return Check(view.name, False, f"{error} ({ago})")
        return Check(view.name, True, f"{view.name} answers {' and '.join(notes)}; {ago}.")

    async def _reach(self, view: DeviceView) -> list[str]:
        """Return what the device answers; raises what keeps it from that."""
        device = view.device
        secrets = await self._vault.secrets(view.name)
        probe = await self._drivers.probe(device, secrets)
        notes = ["SNMP"] if probe.capabilities.snmp else []
        if device.address.ssh_port is not None:
            key = await self._drivers.host_key(device)
            if device.host_key_fingerprint and key.fingerprint != device.host_key_fingerprint:
                raise PositronError(
                    f"{view.name} shows the SSH host key {key.fingerprint} instead of the trusted "
                    f"{device.host_key_fingerprint}."
                )
            notes.append("SSH with the trusted host key")
        return notes or ["nothing"]


def terminal_checks(
    environment: os._Environ[str] | dict[str, str],
    encoding: str | None,
    isatty: Callable[[int], bool],
) -> Iterator[Check]:
    """Judge the terminal by what it says about itself."""
    utf8 = (encoding or "").lower().replace("-", "") == "utf8"
    yield Check(
        "characters",
        True if utf8 else None,
        "The terminal takes UTF-8."
        if utf8
        else f"The terminal takes {encoding or 'an unknown encoding'}; ASCII glyphs are used.",
    )
    term = environment.get("TERM", "")
    if not _is_terminal(isatty):
        yield Check("terminal", None, "The output is no terminal; screens cannot be shown here.")
    elif term in ("", "dumb"):
        yield Check("terminal", False, f"TERM is '{term}'; set it to what the terminal really is.")
    else:
        yield Check("terminal", True, f"The terminal is {term} with {_colours(environment)}.")


def _is_terminal(isatty: Callable[[int], bool]) -> bool:
    try:
        return isatty(1)
    except OSError:
        return False


def _colours(environment: os._Environ[str] | dict[str, str]) -> str:
    if environment.get("NO_COLOR"):
        return "colours switched off (NO_COLOR)"
    if environment.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in environment.get("TERM", "") else "16 colours"


def _python() -> Check:
    running = ".".join(str(part) for part in sys.version_info[:3])
    return Check("version", True, f"This is positron-tui {__version__} on Python {running}.")


def _ssh_library() -> Check:
    return Check("SSH", True, f"SSH is spoken by asyncssh {_version('asyncssh')}.")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(unknown version)"


def _file_mode(path: str) -> int | None:
    try:
        return Path(path).stat().st_mode & 0o777
    except OSError:
        return None
