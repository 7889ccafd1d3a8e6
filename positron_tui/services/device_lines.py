"""What a running change says to a device: command lines, calls, readings; every answer judged."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

from positron_tui.domain import commands
from positron_tui.domain.errors import (
    CommandRejected,
    CredentialError,
    DeviceUnreachable,
    Indeterminate,
    PositronError,
    Refused,
    UnexpectedReply,
    ValidationFailed,
)
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.touched import with_members
from positron_tui.gam.driver import DeviceDriver, JsonRpcLine
from positron_tui.gam.parsers.running_config import COMMAND as SHOW_RUNNING
from positron_tui.gam.parsers.running_config import STARTUP_COMMAND as SHOW_STARTUP
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.gam.parsers.save import parse_save_reply
from positron_tui.gam.ssh import CliSession
from positron_tui.services.basis import JSONRPC


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Time-outs in seconds by class of command, and whether a change is saved."""

    show_s: float = 30.0
    config_s: float = 15.0
    copy_s: float = 60.0
    save: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device runs: as its command line prints it, and completed over the API if asked."""

    printed: RunningConfig
    config: RunningConfig


class SessionBroke(Exception):
    """A session gave no understood answer; `sent` False = its command never left the console."""

    def __init__(self, text: str, *, sent: bool = True) -> None:
        super().__init__(text)
        self.sent = sent


class NotSent(Exception):
    """One step could not be sent although the session still stands; nothing came of it."""


class DeviceLines:
    """The lines of one device for the length of a change: its SSH session, and its API if needed.

    `members` = readings include what only the API tells. All methods raise SessionBroke when
    nobody understands what happened.
    """

    def __init__(
        self, driver: DeviceDriver, cli: CliSession, options: RunOptions, *, members: bool
    ) -> None:
        self._driver = driver
        self._cli = cli
        self._options = options
        self._members = members

    async def send(self, transport: str, text: str) -> str:
        """Send one step and return its reply; CommandRejected when refused, NotSent when not."""
        await self.get_ready(transport)
        if transport == JSONRPC:
            return await self._call(text)
        return await _answered(self._cli.run(text, timeout_s=self._options.config_s), text)

    async def get_ready(self, transport: str) -> None:
        """Enter the configuration mode where a step needs it; nothing is changed by that."""
        if transport == JSONRPC or self._cli.mode:
            return
        try:
            await self._cli.configure()
        except (PositronError, OSError, TimeoutError) as error:
            raise SessionBroke(str(error), sent=False) from error

    async def leave(self) -> None:
        """Return to exec level, where configurations are shown and saved."""
        try:
            await self._cli.leave_configure()
        except (PositronError, OSError, TimeoutError) as error:
            raise SessionBroke(f"The session broke behind the last command: {error}") from error

    async def read(self, *, members: bool | None = None) -> Reading:
        """Read what the device runs; `members` False leaves the API alone."""
        printed = await self._show(SHOW_RUNNING)
        if not (self._members if members is None else members):
            return Reading(printed, printed)
        try:
            told = await self._api().running_config()
        except PositronError as error:
            raise SessionBroke(own_words(error), sent=False) from error
        return Reading(printed, with_members(printed, told))

    async def read_startup(self) -> RunningConfig:
        """Read what the device will run after a restart; CommandRejected when it will not say."""
        return await self._show(SHOW_STARTUP)

    async def save(self) -> str | None:
        """Save, over the command line or else over the API; return why that failed, None = done."""
        try:
            reply = await _answered(
                self._cli.run(commands.SAVE, timeout_s=self._options.copy_s), commands.SAVE
            )
            parse_save_reply(reply)
        except (CommandRejected, UnexpectedReply) as error:
            why = own_words(error)
        else:
            return None
        return await self._save_by_call(why)

    async def _save_by_call(self, why: str) -> str | None:
        line = self._driver.jsonrpc
        if line is None:
            return why
        try:
            await line.save(self._options.copy_s)
        except Indeterminate as error:
            raise SessionBroke(str(error)) from error
        except PositronError as error:
            return f"{why.rstrip('.')}. Over JSON-RPC it failed, too: {own_words(error)}"
        return None

    async def _call(self, text: str) -> str:
        try:
            return (await self._api().execute(text)).reply
        except CommandRejected:
            raise
        except (DeviceUnreachable, Refused, CredentialError) as error:
            raise NotSent(str(error)) from error
        except PositronError as error:
            raise SessionBroke(str(error)) from error

    def _api(self) -> JsonRpcLine:
        line = self._driver.jsonrpc
        if line is None:
            name = self._driver.device.name
            raise Refused(f"{name} may not be talked to over JSON-RPC any more.")
        return line

    async def _show(self, command: str) -> RunningConfig:
        work = self._cli.run(command, timeout_s=self._options.show_s)
        return parse_running_config(await _answered(work, command))


async def _answered(work: Awaitable[str], command: str) -> str:
    """Return a reply; a refusal passes, anything else that is no answer is SessionBroke."""
    try:
        return await work
    except CommandRejected:
        raise
    except ValidationFailed as error:  # the session would not even type it
        raise CommandRejected(command, str(error)) from error
    except DeviceUnreachable as error:
        raise SessionBroke(str(error), sent=False) from error
    except (PositronError, OSError, TimeoutError) as error:
        raise SessionBroke(str(error) or f"No answer came to '{command}'.") from error


def own_words(error: Exception) -> str:
    """Return what a device said, or else the error's sentence."""
    if isinstance(error, CommandRejected):
        return f"the unit said: {error.reply.strip()}"
    return str(error)
