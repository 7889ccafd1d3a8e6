"""Runs one confirmed change on one device: check, apply, verify, save, or take back.

The unit has no candidate configuration and no atomic commit, so this is emulated: every reply is
checked, everything is read back, and a failed step runs the inverse of those before it. A command
whose answer never came is not sent again; one new session reads what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from positron_tui.domain.changes import ChangeState, ChangeStep, StepState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import CommandRejected, DeviceChanged, PositronError, Refused
from positron_tui.domain.matching import changed_since, differences
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.touched import items_of
from positron_tui.gam.driver import DeviceDriver
from positron_tui.gam.ssh import CliSession
from positron_tui.services.basis import JSONRPC
from positron_tui.services.device_lines import (
    DeviceLines,
    NotSent,
    Reading,
    RunOptions,
    SessionBroke,
    own_words,
)
from positron_tui.services.journal import ChangeRecord
from positron_tui.services.settling import Touched

__all__ = ["ChangeRun", "RunOptions", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a change ends; `saved` None = unknown or nothing to save."""

    state: ChangeState
    message: str
    saved: bool | None = None
    verified: bool = False


class ChangeRun:
    """One run; `sent` tells whether the device may have been changed."""

    def __init__(
        self,
        *,
        record: ChangeRecord,
        objects: Touched,
        driver: DeviceDriver,
        clock: Clock,
        options: RunOptions,
        stop: Callable[[], bool],
        save_anyway: bool = False,
    ) -> None:
        self._record = record
        self._objects = objects
        self._driver = driver
        self._clock = clock
        self._options = options
        self._stop = stop
        self._save_anyway = save_anyway
        self.sent = False
        self._runs = ""  # the sentence of a verified change, told when saving it fails
        self._why = ""  # the sentence of the failure that made us take the change back

    @property
    def _device(self) -> str:
        return self._record.change.device

    @property
    def _what(self) -> str:
        return f"{self._record.change.subject} on {self._device}"

    async def run(self) -> Verdict:
        """Do it and return how it ends; raises DeviceChanged while nothing was sent."""
        try:
            async with self._driver.session() as cli:
                lines = self._lines(cli)
                if not self._record.change.steps:
                    return await self._nothing_to_do(lines)
                await self._check_basis(lines)
                if self._stop():
                    return Verdict(ChangeState.REFUSED, "Cancelled before anything was sent.")
                failed = await self._apply(lines)
                if failed is not None:
                    return await self._revert(lines, failed)
                return await self._verify(lines)
        except Refused:
            raise
        except (SessionBroke, PositronError) as error:
            return await self._after_break(str(error))

    def _lines(self, cli: CliSession) -> DeviceLines:
        return DeviceLines(self._driver, cli, self._options, members=self._objects.members)

    async def _nothing_to_do(self, lines: DeviceLines) -> Verdict:
        """Change nothing, and tell whether what runs would survive a restart; save it if wanted."""
        running = (await lines.read()).printed
        startup = await self._startup(lines)
        self._runs = f"Nothing to do: {self._what} was as wanted when it was read."
        if self._save_anyway and self._options.save and _differ(running, startup):
            await self._record.move(ChangeState.SAVING, verified_at=self._clock.now())
            why = await lines.save()
            if why is not None:
                return self._unsaved(f"saving failed: {why}")
            startup = await self._startup(lines)
        if isinstance(startup, str):
            return self._unsaved(startup, saved=None)
        if _differ(running, startup):
            found = " ".join(differences(startup, running, startup))
            return self._unsaved(f"the unit runs something that its startup file has not: {found}")
        return self._saved()

    async def _after_break(self, broke: str) -> Verdict:
        """Go on after a session was lost; it is closed by now, so that another one can be had."""
        broke = broke.rstrip(".") + "."
        if self._record.change.state is ChangeState.SAVING:
            return await self._settle_save(broke)
        if not self.sent:
            return Verdict(ChangeState.REFUSED, f"{broke} Nothing was changed.")
        if self._record.change.state is ChangeState.REVERTING:
            return await self._settle_revert(broke)
        return await self._settle(broke)

    async def _check_basis(self, lines: DeviceLines) -> None:
        found = self._changed(await lines.read(), members=self._objects.members)
        if found:
            raise DeviceChanged(
                f"{self._device} was changed since this was planned; plan it again. "
                + " ".join(found)
            )

    def _changed(self, now: Reading, *, members: bool) -> tuple[str, ...]:
        objects = self._objects
        return changed_since(objects.basis, objects.wanted, now.config, members=members)

    @property
    def _called(self) -> bool:
        """Whether a call may have changed what only the API tells."""
        return any(
            step.transport == JSONRPC and step.state is not StepState.PENDING
            for step in self._record.change.steps
        )

    async def _apply(self, lines: DeviceLines) -> str | None:
        """Send the steps; return the sentence of one that failed with nothing unknown about it."""
        await self._record.move(ChangeState.APPLYING)
        for step in self._record.change.steps:
            await lines.get_ready(step.transport)
            await self._record.step(step.index, StepState.SENT)
            sent_before, self.sent = self.sent, True
            try:
                reply = await lines.send(step.transport, step.command)
            except CommandRejected as rejection:
                await self._record.step(step.index, StepState.REJECTED, rejection.reply)
                return f"{self._device} refused '{step.command}': {rejection.reply.strip()}"
            except NotSent as failure:
                self.sent = sent_before
                await self._record.step(step.index, StepState.PENDING)
                if sent_before:
                    return f"'{step.command}' could not be sent: {failure}"
                raise SessionBroke(str(failure), sent=False) from failure
            except SessionBroke as broke:
                self.sent = sent_before or broke.sent
                state = StepState.UNKNOWN if broke.sent else StepState.PENDING
                await self._record.step(step.index, state)
                raise
            await self._record.step(step.index, StepState.ACCEPTED, reply)
        await lines.leave()
        return None

    async def _verify(self, lines: DeviceLines) -> Verdict:
        await self._record.move(ChangeState.VERIFYING)
        now = await lines.read()
        found = self._objects.missing(now.config)
        if found:
            why = f"{self._device} accepted the commands, but reads back differently: "
            return await self._revert(lines, why + " ".join(found))
        return await self._save(lines, now)

    async def _save(self, lines: DeviceLines, now: Reading, note: str = "") -> Verdict:
        self._runs = f"{note}{self._what}: done and read back."
        if not self._options.save:
            return Verdict(
                ChangeState.VERIFIED_UNSAVED,
                f"{self._runs} It is not saved: a restart of the unit loses it.",
                saved=False,
                verified=True,
            )
        await self._record.move(ChangeState.SAVING, verified_at=self._clock.now())
        why = await lines.save()
        if why is not None:
            return self._unsaved(f"saving failed: {why}")
        startup = await self._startup(lines)
        # The unit said that it is saved; a part that its command line never shows is saved with it.
        verdict = self._judge_startup(now.printed, startup, unseen=True)
        if verdict.saved is not False:
            return verdict
        # It said so, and it is not: a unit that restarted meanwhile has lost what ran, too.
        now = await lines.read()
        found = self._objects.missing(now.config)
        return self._lost("", now, found) if found else verdict

    async def _startup(self, lines: DeviceLines) -> RunningConfig | str:
        """Return the startup configuration, or why the unit does not show it."""
        try:
            return await lines.read_startup()
        except CommandRejected as error:
            return f"the startup configuration cannot be read back: {own_words(error)}"

    def _judge_startup(
        self, printed: RunningConfig, startup: RunningConfig | str, *, unseen: bool | None
    ) -> Verdict:
        """Judge by the startup file; `unseen` is what to think of what is not shown there."""
        if isinstance(startup, str):
            return self._unsaved(startup, saved=None)
        saved = self._objects.saved(printed, startup)
        saved = unseen if saved is None else saved
        if saved is None:
            return self._unsaved("whether it is saved is not known", saved=None)
        if not saved:
            objects = self._objects
            found = differences(objects.basis, objects.wanted, startup, members=False)
            return self._unsaved(
                "the startup configuration reads back differently: " + " ".join(found)
            )
        return self._saved()

    def _saved(self) -> Verdict:
        return Verdict(
            ChangeState.VERIFIED_SAVED, f"{self._runs} It is saved.", saved=True, verified=True
        )

    def _unsaved(self, why: str, *, saved: bool | None = False) -> Verdict:
        message = f"{self._runs} But {why.rstrip('.')}. A restart of the unit may lose it."
        return Verdict(ChangeState.VERIFIED_UNSAVED, message, saved=saved, verified=True)

    async def _settle_save(self, broke: str) -> Verdict:
        """Read both configurations anew: a unit that restarted has lost what was not saved."""
        try:
            async with self._driver.session() as cli:
                lines = self._lines(cli)
                if not self._record.change.steps:
                    self._save_anyway = False
                    return await self._nothing_to_do(lines)
                now = await lines.read()
                found = self._objects.missing(now.config)
                if not found:
                    startup = await self._startup(lines)
                    return self._judge_startup(now.printed, startup, unseen=None)
        except (SessionBroke, PositronError) as error:
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{self._runs} But the session was lost while it was saved ({broke.rstrip('.')}), "
                f"and the unit could not be read again: {own_words(error)}",
            )
        return self._lost(f" {broke}", now, found)

    def _lost(self, broke: str, now: Reading, found: tuple[str, ...]) -> Verdict:
        """Judge what is left of a change that ran and was not saved when the unit restarted."""
        text = f"{self._runs} But the unit lost it before it was saved.{broke}"
        if self._objects.untouched(now.config):
            return Verdict(
                ChangeState.REVERTED,
                f"{text} Nothing of it is there any more; it can be done again.",
            )
        return Verdict(ChangeState.FAILED, f"{text} {' '.join(found)}")

    async def _revert(self, lines: DeviceLines, why: str) -> Verdict:
        """Take back what was accepted, and say what is left."""
        self._why = why.rstrip(".") + "."
        await self._record.move(ChangeState.REVERTING, self._why)
        said: list[str] = []
        for step in reversed(self._record.change.steps):
            if step.state is StepState.ACCEPTED:
                said.extend(await self._take_back(lines, step))
        await lines.leave()
        return await self._judge_revert(" ".join(said), lines)

    async def _take_back(self, lines: DeviceLines, step: ChangeStep) -> list[str]:
        refused: list[str] = []
        for command in step.inverse:
            try:
                await lines.send(step.transport, command)
            except CommandRejected as rejection:
                refused.append(f"It refused '{command}': {rejection.reply.strip()}.")
            except NotSent as failure:
                refused.append(f"'{command}' could not be sent: {failure}")
        if not refused:
            await self._record.step(step.index, StepState.REVERTED)
        return refused

    async def _judge_revert(self, said: str, lines: DeviceLines) -> Verdict:
        # An API that is away cannot be asked, and need not be while no call was sent.
        members = self._called
        left = self._changed(await lines.read(members=members), members=members)
        text = " ".join(part for part in (self._why, said) if part)
        if left:
            return Verdict(
                ChangeState.FAILED, f"{text} It was not wholly taken back: {' '.join(left)}"
            )
        return Verdict(
            ChangeState.REVERTED, f"{text} Nothing of it is left on the unit: that was read back."
        )

    async def _settle_revert(self, broke: str) -> Verdict:
        said = f"Taking it back was cut short: {broke}"
        try:
            async with self._driver.session() as cli:
                return await self._judge_revert(said, self._lines(cli))
        except (SessionBroke, PositronError) as error:
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{self._why} {said} What is left on the unit is not known: {own_words(error)}",
            )

    async def _settle(self, broke: str) -> Verdict:
        """Read once what a broken session left behind; nothing is sent again."""
        await self._record.move(ChangeState.VERIFYING, f"{broke} Reading what is there.")
        try:
            async with self._driver.session() as cli:
                lines = self._lines(cli)
                now = await lines.read()
                found = self._objects.missing(now.config)
                if not found:
                    note = f"{broke} Read again over a new session: "
                    return await self._save(lines, now, note)
        except (SessionBroke, PositronError) as error:
            if self._record.change.state is ChangeState.SAVING:
                return await self._settle_save(str(error).rstrip(".") + ".")
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{broke} Whether the change of {self._what} took effect is not known, because "
                f"the unit could not be read again: {own_words(error)}",
            )
        if self._objects.untouched(now.config):
            text = (
                f"nothing of the change of {self._what} is there so far; look again before you "
                "repeat it."
            )
        else:
            text = f"the change of {self._what} is only partly there: {' '.join(found)}"
        return Verdict(ChangeState.INDETERMINATE, f"{broke} Read again over a new session, {text}")


def _differ(running: RunningConfig, startup: RunningConfig | str) -> bool:
    """Return whether something runs that is not saved; what cannot be read is taken to differ."""
    return isinstance(startup, str) or items_of(running) != items_of(startup)
