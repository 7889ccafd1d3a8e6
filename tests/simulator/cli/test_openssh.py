"""OpenSSH's own client on a real terminal against the command line."""

from __future__ import annotations

import asyncio
import os
import pty
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from positron_tui.simulator.cli.pager import MORE
from positron_tui.simulator.server import SimServer
from tests.peers import require_peer
from tests.simulator.units import PASSWORD

WAIT_S = 30
PROMPT = "gam-test# "
Until = Callable[[str], Awaitable[str]]


def _options(server: SimServer, folder: Path) -> list[str]:
    settings = {
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": str(folder / "known_hosts"),
        "GlobalKnownHostsFile": "/dev/null",
        "PreferredAuthentications": "password",
        "PubkeyAuthentication": "no",
        "NumberOfPasswordPrompts": "1",
        "LogLevel": "ERROR",
    }
    words = [word for pair in settings.items() for word in ("-o", "=".join(pair))]
    return ["-F", "/dev/null", *words, "-p", str(server.ssh_port), "admin@127.0.0.1"]


def _environment(folder: Path) -> dict[str, str]:
    """Let ssh fetch the password from a program instead of a person."""
    script = folder / "askpass"
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$UNIT_PASSWORD"\n')
    script.chmod(stat.S_IRWXU)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TERM": "vt100",
        "SSH_ASKPASS": str(script),
        "SSH_ASKPASS_REQUIRE": "force",
        "UNIT_PASSWORD": PASSWORD,
    }


@asynccontextmanager
async def _ssh_on_a_terminal(
    server: SimServer, folder: Path
) -> AsyncIterator[tuple[Callable[[str], None], Until, asyncio.subprocess.Process]]:
    ssh = require_peer("ssh")
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        ssh,
        "-tt",
        *_options(server, folder),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=_environment(folder),
        start_new_session=True,
    )
    os.close(slave)
    loop, arrived, seen = asyncio.get_running_loop(), asyncio.Event(), bytearray()

    def read() -> None:
        with suppress(OSError):
            data = os.read(master, 4096)
            seen.extend(data)
            if data:
                arrived.set()
                return
        loop.remove_reader(master)

    async def until(text: str) -> str:
        async with asyncio.timeout(WAIT_S):
            while text.encode() not in seen:
                await arrived.wait()
                arrived.clear()
        head, _, tail = bytes(seen).partition(text.encode())
        seen[:] = tail
        return head.decode() + text

    loop.add_reader(master, read)
    try:
        yield lambda text: (os.write(master, text.encode()), None)[1], until, process
    finally:
        loop.remove_reader(master)
        if process.returncode is None:
            process.kill()
        await process.wait()
        os.close(master)


async def test_a_person_with_openssh(server: SimServer, tmp_path: Path) -> None:
    async with _ssh_on_a_terminal(server, tmp_path) as (type_in, until, process):
        await until(PROMPT)
        type_in("show version\r")
        first = await until(MORE)
        assert first.startswith("show version\r\nMAC Address      : 00-0e-d8-13-00-00\r\n")
        type_in("g")
        assert "Software Version : GAM-4/8-C_v1.8.2" in await until(PROMPT)
        type_in("configure terminal\r")
        await until("gam-test(config)# ")
        type_in('ghn subscriber 2 name "By hand" vid 222 endpoint 2\r')
        await until("gam-test(config)# ")
        type_in("end\r")
        await until(f"\r\n{PROMPT}")
        type_in("copy running-config startup-config\r")
        assert "% Saving " in await until(PROMPT)
        type_in("exit\r")
        async with asyncio.timeout(WAIT_S):
            assert await process.wait() == 0
    assert server.device.startup.subscribers[2].name == "By hand"


async def test_openssh_cannot_run_one_command(server: SimServer, tmp_path: Path) -> None:
    ssh = require_peer("ssh")
    process = await asyncio.create_subprocess_exec(
        ssh,
        *_options(server, tmp_path),
        "show version",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(tmp_path),
        start_new_session=True,
    )
    async with asyncio.timeout(WAIT_S):
        output, complaint = await process.communicate()
    assert (process.returncode, output) == (1, b"")
    assert b"interactive shell" in complaint
