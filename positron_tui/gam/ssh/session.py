"""One shell session on a GAM: prompt, pager, time-outs, and what a reply means."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    Indeterminate,
    PositronError,
)
from positron_tui.gam.exchange import Exchange, OnExchange, ignore, redact, summary
from positron_tui.gam.ssh.connection import connect, no_session
from positron_tui.gam.ssh.outgoing import check_command
from positron_tui.gam.ssh.replies import (
    Kind,
    failure_in,
    is_long,
    is_session_limit,
    kind_of,
    renames,
)
from positron_tui.gam.ssh.screen import Screen, Sight
from positron_tui.gam.ssh.target import SessionTimeouts, SshCredentials, SshTarget

_PRESS_ENTER = re.compile(r"press (?:enter|return)", re.IGNORECASE)
_ENTER = b"\r"
_PAGER_KEY = b"g"
_PAGER_STEP = b" "
_MAX_MODES = 4


class Shell(Protocol):
    """The line to a device's shell; `read` returns no bytes when it ended."""

    async def read(self) -> bytes: ...

    def write(self, data: bytes) -> None: ...

    def abort(self) -> None: ...

    async def close(self) -> None: ...


class _Ended(Exception):
    """The shell ended, or its text has no end, while a reply was awaited."""


class CliSession:
    """One shell on one device; its commands run one after the other.

    After a time-out, a broken line or a cancelled command the session is closed, since nobody
    knows what the device will still print: `usable` is False and every further command fails.
    """

    def __init__(
        self,
        shell: Shell,
        target: SshTarget,
        *,
        clock: Clock | None = None,
        on_exchange: OnExchange = ignore,
        timeouts: SessionTimeouts | None = None,
    ) -> None:
        self._shell = shell
        self._target = target
        self._clock = clock or SystemClock()
        self._on_exchange = on_exchange
        self._timeouts = timeouts or SessionTimeouts()
        self._screen = Screen()
        self._lock = asyncio.Lock()
        self._read: asyncio.Future[bytes] | None = None
        self._open = True
        self._echoes = False
        self._sent = False
        self._mode = ""

    @property
    def prompt_host(self) -> str:
        """The host name in the prompt; empty when the device has none."""
        return self._screen.host or ""

    @property
    def mode(self) -> str:
        """The mode of the last prompt: empty at exec level, else `config`, `config-if` ..."""
        return self._mode

    @property
    def usable(self) -> bool:
        """Whether a command can be sent: the session is open and the device did not end it."""
        return self._open and not self._ended_meanwhile()

    async def start(self) -> None:
        """Wait for the first prompt, learn it, and set the terminal; call once."""
        try:
            await self._greeting()
        except BaseException:
            self._drop()
            raise
        for command, otherwise in (
            ("terminal length 0", None),
            ("terminal width 0", "terminal width 200"),
            ("terminal exec-timeout 30", None),
        ):
            if not await self.accepts(command) and otherwise:
                await self.accepts(otherwise)

    async def run(self, command: str, *, timeout_s: float | None = None) -> str:
        """Send one command and return its output without echo, pager and prompt.

        Raises ValidationFailed before sending what the device would not take as text,
        CommandRejected with the device's words, DeviceUnreachable when the session is gone and
        nothing was changed by this command, Indeterminate when a change was sent and no answer
        came.
        """
        check_command(command)
        async with self._lock:
            return await self._run(command, timeout_s)

    async def accepts(self, command: str, *, timeout_s: float | None = None) -> bool:
        """Send a command that the device may refuse, and tell whether it took it."""
        try:
            await self.run(command, timeout_s=timeout_s)
        except CommandRejected:
            return False
        return True

    async def configure(self) -> None:
        """Enter the configuration mode."""
        await self.run("configure terminal")
        if self._mode != "config":
            raise CommandRejected(
                "configure terminal",
                "",
                f"{self._target.label} did not enter its configuration mode; "
                "the user may lack the right to change it.",
            )

    async def leave_configure(self) -> None:
        """Return to exec level from any configuration mode."""
        if self._mode and not await self.accepts("end"):
            for _ in range(_MAX_MODES):
                if self._mode:
                    await self.run("exit")

    async def close(self) -> None:
        """End the session; may be called again."""
        self._open = False
        if self._read is not None:
            self._read.cancel()
            self._read = None
        await self._shell.close()

    async def _run(self, command: str, timeout_s: float | None) -> str:
        kind = kind_of(command)
        started = self._clock.monotonic()
        if not self.usable:
            self._drop()
            raise DeviceUnreachable(
                f"The SSH session to {self._target.label} has ended; "
                f"'{redact(command)}' was not sent."
            )
        try:
            reply = await self._exchange(command, timeout_s)
        except (TimeoutError, _Ended, DeviceUnreachable) as error:
            self._note(command, self._screen.partial() or None, False, started)
            self._drop()
            raise self._lost(command, kind, isinstance(error, TimeoutError)) from error
        except BaseException:
            self._note(command, None, False, started)
            self._drop()
            raise
        failure = failure_in(reply, kind)
        self._note(command, reply, failure is None, started)
        if failure is not None:
            raise CommandRejected(
                command,
                failure,
                f"{self._target.label} refused '{redact(command)}': {redact(failure)}",
            )
        return reply

    async def _exchange(self, command: str, timeout_s: float | None) -> str:
        if timeout_s is None:
            timeout_s = self._usual_timeout(command)
        if renames(command):
            self._screen.forget_host()
        self._screen.expect(command, echoes=self._echoes)
        self._sent = False
        self._shell.write(command.encode("ascii") + _ENTER)
        self._sent = True
        async with asyncio.timeout(timeout_s):
            await self._whole_reply()
        self._listen()
        self._echoes = self._echoes or self._screen.echoed
        prompt = self._screen.learn() if self._screen.host is None else self._screen.prompt()
        self._mode = prompt.mode
        return self._screen.reply()

    def _usual_timeout(self, command: str) -> float:
        if is_long(command):
            return self._timeouts.long_s
        reads = kind_of(command) is Kind.READ
        return self._timeouts.show_s if reads else self._timeouts.config_s

    async def _greeting(self) -> None:
        """Read up to the first prompt."""
        self._screen.expect("")
        try:
            async with asyncio.timeout(self._timeouts.login_s):
                await self._whole_reply(greeting=True)
        except (TimeoutError, _Ended) as error:
            if is_session_limit(self._screen.partial()):
                raise no_session(self._target) from error
            raise DeviceUnreachable(
                f"{self._target.label} accepted the SSH login but showed no prompt; "
                "try again later."
            ) from error
        self._mode = self._screen.learn().mode

    async def _whole_reply(self, *, greeting: bool = False) -> None:
        """Read until a prompt ends the reply, and answer the pager on the way."""
        sight = self._screen.sight()
        entered = False
        while sight is not Sight.PROMPT:
            if sight is Sight.PAGER:
                sight = self._answer(_PAGER_KEY)
            data = await self._more(self._silence_after(sight, greeting))
            if data is None:
                if sight in (Sight.MAYBE_PROMPT, Sight.OLD_PROMPT):
                    return
                if sight in (Sight.MAYBE_PAGER, Sight.ANSWERED):
                    # A pager that the first key did not move on is stepped through.
                    key = _PAGER_KEY if sight is Sight.MAYBE_PAGER else _PAGER_STEP
                    sight = self._answer(key)
                elif not entered:
                    entered = True
                    self._wake()
                continue
            if not data or self._screen.truncated:
                raise _Ended
            sight = self._screen.feed(data)

    def _silence_after(self, sight: Sight, greeting: bool) -> float | None:
        """Return after how much silence something is to be done, None = wait for more."""
        if sight is Sight.MAYBE_PAGER:
            return self._timeouts.settle_s
        if sight is Sight.MAYBE_PROMPT:
            sure = greeting or self._screen.echoed
            return self._timeouts.settle_s if sure else self._timeouts.stale_s
        if sight in (Sight.ANSWERED, Sight.OLD_PROMPT) or greeting:
            return self._timeouts.stale_s
        return None

    def _answer(self, key: bytes) -> Sight:
        self._screen.answer_pager()
        self._shell.write(key)
        return Sight.ANSWERED

    def _wake(self) -> None:
        """Act on a greeting that is not followed by a prompt."""
        text = self._screen.partial()
        if is_session_limit(text):
            raise _Ended
        if _PRESS_ENTER.search(text):
            self._shell.write(_ENTER)

    async def _more(self, silence_s: float | None) -> bytes | None:
        """Return the next bytes, or None after `silence_s` without any; no read is ever lost."""
        read = self._listen()
        await asyncio.wait((read,), timeout=silence_s)
        if not read.done():
            return None
        self._read = None
        return read.result()

    def _listen(self) -> asyncio.Future[bytes]:
        """Have a read going, also while idle: the end of the session is seen when it comes."""
        if self._read is None:
            self._read = asyncio.ensure_future(self._shell.read())
        return self._read

    def _ended_meanwhile(self) -> bool:
        """Look whether the device ended the session while it was idle; drop what it printed."""
        if self._read is not None and self._read.done():
            ended = self._read.cancelled() or not self._read.result()
            self._read = None
            if ended:
                self._drop()
                return True
        self._listen()
        return False

    def _drop(self) -> None:
        self._open = False
        if self._read is not None:
            self._read.cancel()
            self._read = None
        self._shell.abort()

    def _lost(self, command: str, kind: Kind, timed_out: bool) -> PositronError:
        name = self._target.label
        shown = redact(command)
        how = "did not answer in time" if timed_out else "ended the session"
        if kind is Kind.WRITE and self._sent:
            return Indeterminate(
                f"{name} {how} after '{shown}' was sent; read the device to see whether it took "
                "effect."
            )
        return DeviceUnreachable(f"{name} {how} on '{shown}'; the session was dropped.")

    def _note(self, command: str, reply: str | None, ok: bool, started: float) -> None:
        self._on_exchange(
            Exchange(
                at=self._clock.now(),
                device=self._target.name or self._target.host,
                transport="cli",
                command=redact(command),
                reply=None if reply is None else summary(reply),
                ok=ok,
                duration_s=self._clock.monotonic() - started,
            )
        )


async def start_session(
    target: SshTarget,
    credentials: SshCredentials,
    *,
    clock: Clock | None = None,
    on_exchange: OnExchange = ignore,
    timeouts: SessionTimeouts | None = None,
) -> CliSession:
    """Log in and return a session that is ready for commands; the caller closes it.

    Raises what `connection.connect` raises, or DeviceUnreachable when no prompt comes.
    """
    clock = clock or SystemClock()
    started = clock.monotonic()

    def note(ok: bool, reply: str | None) -> None:
        name = target.name or target.host
        login = f"ssh {target.user}@{target.host} port {target.port}"
        took = clock.monotonic() - started
        on_exchange(Exchange(clock.now(), name, "cli", login, reply, ok, took))

    try:
        shell = await connect(target, credentials)
    except PositronError as error:
        note(False, str(error))
        raise
    note(True, None)
    session = CliSession(shell, target, clock=clock, on_exchange=on_exchange, timeouts=timeouts)
    await session.start()
    return session


@asynccontextmanager
async def open_session(
    target: SshTarget,
    credentials: SshCredentials,
    *,
    clock: Clock | None = None,
    on_exchange: OnExchange = ignore,
    timeouts: SessionTimeouts | None = None,
) -> AsyncIterator[CliSession]:
    """Hold one session for the length of the block; it is closed whatever happens."""
    session = await start_session(
        target, credentials, clock=clock, on_exchange=on_exchange, timeouts=timeouts
    )
    try:
        yield session
    finally:
        await session.close()
