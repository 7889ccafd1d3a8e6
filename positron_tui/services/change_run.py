"""Runs one confirmed change on one device: check, apply, verify, save, or take back.

The unit has no candidate configuration and no atomic commit, so this is emulated: every reply is
checked, everything is read back, and a failed step runs the inverse of those before it. A command
whose answer never came is not sent again; one new session reads what is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from positron_tui.domain import commands
from positron_tui.domain.changes import ChangeState, ChangeStep, StepState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceChanged,
    DeviceUnreachable,
    PositronError,
    Refused,
    UnexpectedReply,
    ValidationFailed,
)
from positron_tui.domain.provisioning import PlannedService
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.verification import differences
from positron_tui.gam.driver import DeviceDriver
from positron_tui.gam.parsers.running_config import COMMAND as SHOW_RUNNING
from positron_tui.gam.parsers.running_config import STARTUP_COMMAND as SHOW_STARTUP
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.gam.parsers.save import parse_save_reply
from positron_tui.gam.ssh import CliSession
from positron_tui.services.basis import basis_differences
from positron_tui.services.journal import ChangeRecord


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Time-outs in seconds by class of command, and whether a change is saved."""

    show_s: float = 30.0
    config_s: float = 15.0
    copy_s: float = 60.0
    save: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a change ends; `saved` None = unknown or nothing to save."""

    state: ChangeState
    message: str
    saved: bool | None = None
    verified: bool = False


class SessionBroke(Exception):
    """A session gave no understood answer; `sent` False = its command never left the console."""

    def __init__(self, text: str, *, sent: bool = True) -> None:
        super().__init__(text)
        self.sent = sent


class ChangeRun:
    """One run; `sent` tells whether the device may have been changed."""

    def __init__(
        self,
        *,
        record: ChangeRecord,
        planned: PlannedService,
        basis: RunningConfig,
        driver: DeviceDriver,
        clock: Clock,
        options: RunOptions,
        stop: Callable[[], bool],
    ) -> None:
        self._record = record
        self._planned = planned
        self._basis = basis
        self._driver = driver
        self._clock = clock
        self._options = options
        self._stop = stop
        self.sent = False
        self._runs = ""  # the sentence of a verified service, told when saving it fails
        self._why = ""  # the sentence of the failure that made us take the change back

    @property
    def _device(self) -> str:
        return self._record.change.device

    @property
    def _what(self) -> str:
        return f"{self._planned.subscriber.name} on {self._device}"

    async def run(self) -> Verdict:
        """Do it and return how it ends; raises DeviceChanged while nothing was sent."""
        try:
            async with self._driver.session() as cli:
                await self._check_basis(cli)
                if self._stop():
                    return Verdict(ChangeState.REFUSED, "Cancelled before anything was sent.")
                await self._configure(cli)
                rejected = await self._apply(cli)
                if rejected is not None:
                    return await self._revert(cli, rejected)
                return await self._verify(cli)
        except Refused:
            raise
        except (SessionBroke, PositronError) as error:
            return await self._after_break(str(error))

    async def _after_break(self, broke: str) -> Verdict:
        """Go on after a session was lost; it is closed by now, so that another one can be had."""
        broke = broke.rstrip(".") + "."
        if not self.sent:
            return Verdict(ChangeState.REFUSED, f"{broke} Nothing was changed.")
        if self._record.change.state is ChangeState.REVERTING:
            return await self._settle_revert(broke)
        if self._record.change.state is ChangeState.SAVING:
            return await self._settle_save(broke)
        return await self._settle(broke)

    async def _check_basis(self, cli: CliSession) -> None:
        now = await self._read(cli, SHOW_RUNNING)
        found = basis_differences(self._planned, self._basis, now)
        if found:
            raise DeviceChanged(
                f"{self._device} was changed since this was planned; plan it again. "
                + " ".join(found)
            )

    async def _configure(self, cli: CliSession) -> None:
        try:
            await cli.configure()
        except (PositronError, OSError, TimeoutError) as error:
            raise SessionBroke(str(error)) from error

    async def _apply(self, cli: CliSession) -> str | None:
        """Send the steps; return the sentence of a refused one."""
        await self._record.move(ChangeState.APPLYING)
        for step in self._record.change.steps:
            await self._record.step(step.index, StepState.SENT)
            sent_before, self.sent = self.sent, True
            try:
                reply = await self._send(cli, step.command, self._options.config_s)
            except CommandRejected as rejection:
                await self._record.step(step.index, StepState.REJECTED, rejection.reply)
                return f"{self._device} refused '{step.command}': {rejection.reply.strip()}"
            except SessionBroke as broke:
                self.sent = sent_before or broke.sent
                state = StepState.UNKNOWN if broke.sent else StepState.PENDING
                await self._record.step(step.index, state)
                raise
            await self._record.step(step.index, StepState.ACCEPTED, reply)
        await self._leave(cli)
        return None

    async def _leave(self, cli: CliSession) -> None:
        try:
            await cli.leave_configure()
        except (PositronError, OSError, TimeoutError) as error:
            raise SessionBroke(f"The session broke behind the last command: {error}") from error

    async def _verify(self, cli: CliSession) -> Verdict:
        await self._record.move(ChangeState.VERIFYING)
        found = differences(self._planned, await self._read(cli, SHOW_RUNNING))
        if found:
            why = f"{self._device} accepted the commands, but reads back differently: " + " ".join(
                found
            )
            await self._configure(cli)
            return await self._revert(cli, why)
        return await self._save(cli)

    async def _save(self, cli: CliSession, note: str = "") -> Verdict:
        self._runs = f"{note}{self._what} runs and was read back."
        if not self._options.save:
            return Verdict(
                ChangeState.VERIFIED_UNSAVED,
                f"{self._runs} It is not saved: a restart of the unit loses it.",
                saved=False,
                verified=True,
            )
        await self._record.move(ChangeState.SAVING, verified_at=self._clock.now())
        try:
            reply = await self._send(cli, commands.SAVE, self._options.copy_s)
            parse_save_reply(reply)
        except (CommandRejected, UnexpectedReply) as error:
            return self._unsaved(f"saving failed: {_own_words(error)}")
        return await self._check_startup(cli)

    async def _check_startup(self, cli: CliSession) -> Verdict:
        try:
            startup = await self._read(cli, SHOW_STARTUP)
        except CommandRejected as error:
            return self._unsaved(
                f"the startup configuration cannot be read back: {_own_words(error)}"
            )
        return self._judge_startup(startup)

    def _judge_startup(self, startup: RunningConfig) -> Verdict:
        found = differences(self._planned, startup)
        if found:
            return self._unsaved(
                "the startup configuration reads back differently: " + " ".join(found)
            )
        return Verdict(
            ChangeState.VERIFIED_SAVED, f"{self._runs} It is saved.", saved=True, verified=True
        )

    def _unsaved(self, why: str) -> Verdict:
        message = f"{self._runs} But {why.rstrip('.')}. A restart of the unit may lose it."
        return Verdict(ChangeState.VERIFIED_UNSAVED, message, saved=False, verified=True)

    async def _settle_save(self, broke: str) -> Verdict:
        startup = await self._read_anew(SHOW_STARTUP)
        if isinstance(startup, str):
            return self._unsaved(f"whether it is saved is not known: {broke} {startup}")
        return self._judge_startup(startup)

    async def _revert(self, cli: CliSession, why: str) -> Verdict:
        """Take back what was accepted, and say what is left."""
        self._why = why.rstrip(".") + "."
        await self._record.move(ChangeState.REVERTING, self._why)
        said: list[str] = []
        for step in reversed(self._record.change.steps):
            if step.state is StepState.ACCEPTED:
                said.extend(await self._take_back(cli, step))
        await self._leave(cli)
        return self._judge_revert(" ".join(said), await self._read(cli, SHOW_RUNNING))

    async def _take_back(self, cli: CliSession, step: ChangeStep) -> list[str]:
        refused: list[str] = []
        for command in step.inverse:
            try:
                await self._send(cli, command, self._options.config_s)
            except CommandRejected as rejection:
                refused.append(f"It refused '{command}': {rejection.reply.strip()}.")
        if not refused:
            await self._record.step(step.index, StepState.REVERTED)
        return refused

    def _judge_revert(self, said: str, now: RunningConfig) -> Verdict:
        left = basis_differences(self._planned, self._basis, now)
        text = " ".join(part for part in (self._why, said) if part)
        if left:
            return Verdict(
                ChangeState.FAILED, f"{text} It was not wholly taken back: {' '.join(left)}"
            )
        return Verdict(
            ChangeState.REVERTED, f"{text} Nothing of it is left on the unit: that was read back."
        )

    async def _settle_revert(self, broke: str) -> Verdict:
        now = await self._read_anew(SHOW_RUNNING)
        said = f"Taking it back was cut short: {broke}"
        if isinstance(now, str):
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{self._why} {said} What is left on the unit is not known: {now}",
            )
        return self._judge_revert(said, now)

    async def _settle(self, broke: str) -> Verdict:
        """Read once what a broken session left behind; nothing is sent again."""
        await self._record.move(ChangeState.VERIFYING, f"{broke} Reading what is there.")
        try:
            async with self._driver.session() as cli:
                now = await self._read(cli, SHOW_RUNNING)
                found = differences(self._planned, now)
                if not found:
                    return await self._save(cli, f"{broke} Read again over a new session: ")
        except (SessionBroke, PositronError) as error:
            if self._record.change.state is ChangeState.SAVING:
                return await self._settle_save(str(error).rstrip(".") + ".")
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{broke} Whether {self._what} took effect is not known, because the unit could "
                f"not be read again: {_own_words(error)}",
            )
        if not basis_differences(self._planned, self._basis, now):
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{broke} Read again over a new session, nothing of {self._what} is there so "
                "far; look again before you repeat it.",
            )
        return Verdict(
            ChangeState.INDETERMINATE,
            f"{broke} Read again over a new session, {self._what} is only partly there: "
            + " ".join(found),
        )

    async def _read_anew(self, command: str) -> RunningConfig | str:
        """Read a configuration over a new session, or say why that failed."""
        try:
            async with self._driver.session() as cli:
                return await self._read(cli, command)
        except (SessionBroke, PositronError) as error:
            return _own_words(error)

    async def _read(self, cli: CliSession, command: str) -> RunningConfig:
        return parse_running_config(await self._send(cli, command, self._options.show_s))

    async def _send(self, cli: CliSession, command: str, timeout_s: float) -> str:
        """Run one command; a refusal passes, anything else that is no answer is SessionBroke."""
        return await _answered(cli.run(command, timeout_s=timeout_s), command)


async def _answered(work: Awaitable[str], command: str) -> str:
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


def _own_words(error: Exception) -> str:
    if isinstance(error, CommandRejected):
        return f"the unit said: {error.reply.strip()}"
    return str(error)
