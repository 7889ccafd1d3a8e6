"""Secrets that a program of the operator's choice prints."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import ConfigError, CredentialError
from positron_tui.secrets.vault import Cache, SecretKind

_MAX_OUTPUT = 65_536
# Programs of this sort ask an agent or a server, which many at once would not make faster.
_AT_ONCE = 4
_KILL_TIMEOUT_S = 5.0


class CommandVault:
    """Runs `template` with `{device}` and `{kind}` filled in, without a shell.

    The first line of its output is the secret, an empty output means that there is none. The
    output never appears in an error.
    """

    name = "command"
    writable = False

    def __init__(self, template: str, timeout_s: float, clock: Clock) -> None:
        try:
            self._words = shlex.split(template)
        except ValueError as error:
            raise ConfigError(f"The setting 'secrets.command' is wrong: {error}.") from None
        if not self._words:
            raise ConfigError("The setting 'secrets.command' is empty; give the program to run.")
        self._timeout_s = timeout_s
        self._cache = Cache(clock)
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def unlock(self) -> None:
        """Nothing to unlock; the program asks for what it needs."""

    async def get(self, device: str, kind: SecretKind) -> str | None:
        async with self._slots:
            known = self._cache.find(device, kind)
            if known is not None:
                return known[0]
            value = await self._run(device, kind)
            self._cache.put(device, kind, value)
        return value

    async def set(self, device: str, kind: SecretKind, value: str) -> None:
        self._cache.forget(device)
        if await self.get(device, kind) != value:
            raise CredentialError(
                f"Secrets come from the program '{self._words[0]}': store the {kind} of "
                f"'{device}' there."
            )

    async def delete(self, device: str) -> None:
        """What the program reads is not ours to change."""
        self._cache.forget(device)

    async def rename(self, old: str, new: str) -> None:
        """Refused while the program gives other secrets for the new name."""
        self._cache.forget(old)
        self._cache.forget(new)
        for kind in SecretKind:
            value = await self.get(old, kind)
            if value is not None and await self.get(new, kind) != value:
                raise CredentialError(
                    f"Secrets come from the program '{self._words[0]}': store the {kind} of "
                    f"'{new}' there before '{old}' is renamed."
                )

    async def close(self) -> None:
        self._cache.clear()

    async def _run(self, device: str, kind: SecretKind) -> str | None:
        filled = [w.replace("{kind}", kind).replace("{device}", device) for w in self._words]
        what = f"The program '{self._words[0]}', asked for the {kind} of '{device}',"
        try:
            process = await asyncio.create_subprocess_exec(
                *filled, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its arguments cannot be passed on"
            raise CredentialError(f"{what} cannot be started: {reason}.") from None
        try:
            async with asyncio.timeout(self._timeout_s):
                output = await _read(process)
                status = await process.wait() if output is not None else 0
        except TimeoutError:
            raise CredentialError(f"{what} did not end in {self._timeout_s:g} s.") from None
        finally:
            await _end(process)
        if output is None:
            raise CredentialError(f"{what} printed far more than one line.")
        if status != 0:
            raise CredentialError(f"{what} ended with status {status}.")
        return _first_line(output, what)


async def _read(process: Process) -> bytes | None:
    """Return all output, None when it is beyond what a secret can be."""
    output = b""
    while process.stdout is not None and (chunk := await process.stdout.read(4096)):
        output += chunk
        if len(output) > _MAX_OUTPUT:
            return None
    return output


async def _end(process: Process) -> None:
    """End a program that still runs, with whatever it has started."""
    if process.returncode is not None or process.stdout is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_KILL_TIMEOUT_S):
            # Its end is only seen when the pipe has been read to its own.
            while await process.stdout.read(_MAX_OUTPUT):
                pass
            await process.wait()


def _first_line(output: bytes, what: str) -> str | None:
    line = output.split(b"\n", 1)[0].rstrip(b"\r")
    try:
        return line.decode("utf-8") or None
    except UnicodeDecodeError:
        raise CredentialError(f"{what} printed something that is not text.") from None
