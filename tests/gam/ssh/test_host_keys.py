"""Host key rules and old algorithms, with OpenSSH's own server as the peer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from positron_tui.domain.errors import (
    DeviceUnreachable,
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
)
from positron_tui.gam.ssh import SshCredentials, SshTarget, connect, fetch_host_key, same_key
from tests.peers import require_peer

NOBODY = "positron-tui-nobody"
WRONG = SshCredentials("not the password")


def make_key(folder: Path, kind: str, name: str = "") -> Path:
    path = folder / f"{name}{kind}"
    bits = ["-b", "2048"] if kind == "rsa" else []
    keygen = require_peer("ssh-keygen")
    subprocess.run([keygen, "-q", "-t", kind, *bits, "-N", "", "-f", str(path)], check=True)
    return path


def public(key: Path) -> str:
    return key.with_suffix(".pub").read_text().strip()


def fingerprint(key: Path) -> str:
    """Return what OpenSSH itself says of a key."""
    listed = subprocess.run(
        [require_peer("ssh-keygen"), "-lf", str(key.with_suffix(".pub"))],
        check=True,
        capture_output=True,
        text=True,
    )
    return listed.stdout.split()[1]


def prepare() -> str:
    """Return the path of sshd. Started by root, it wants its empty directory, which else only
    its service file makes.
    """
    program = require_peer("sshd")
    with contextlib.suppress(PermissionError):
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def sshd(folder: Path, *keys: Path, options: tuple[str, ...] = ()) -> AsyncIterator[int]:
    """Run OpenSSH's server in the foreground; yields its port when it answers."""
    program = prepare()
    port = free_port()
    config = folder / f"sshd_config_{port}"
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        *(f"HostKey {key}" for key in keys),
        "PidFile none",
        "UsePAM no",
        "PasswordAuthentication yes",
        "StrictModes no",
        *options,
    ]
    config.write_text("\n".join(lines) + "\n")
    process = await asyncio.create_subprocess_exec(
        program, "-D", "-e", "-f", str(config), stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(20):
            while b"Server listening" not in (line := await process.stderr.readline()):
                assert line, "sshd ended before it listened"
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


def target(port: int, pinned: str | None = None, *, legacy: bool = False) -> SshTarget:
    return SshTarget(
        "127.0.0.1", port, NOBODY, pinned, legacy, connect_timeout_s=20.0, name="gam-07"
    )


async def test_unknown_key_is_shown_and_no_password_is_sent(tmp_path: Path) -> None:
    key = make_key(tmp_path, "ed25519")
    async with sshd(tmp_path, key) as port:
        shown = await fetch_host_key(target(port))
        assert same_key(shown.openssh, public(key))
        assert shown.algorithm == "ssh-ed25519"
        assert shown.fingerprint == fingerprint(key)
        with pytest.raises(HostKeyUnknown) as caught:
            await connect(target(port), WRONG)
        assert caught.value.fingerprint == shown.fingerprint


async def test_pinned_key_lets_the_login_begin(tmp_path: Path) -> None:
    key = make_key(tmp_path, "ed25519")
    async with sshd(tmp_path, key) as port:
        with pytest.raises(LoginRefused, match=NOBODY):
            await connect(target(port, public(key)), WRONG)


async def test_changed_key_blocks_with_both_fingerprints(tmp_path: Path) -> None:
    old, new = make_key(tmp_path, "ed25519", "old_"), make_key(tmp_path, "ed25519", "new_")
    async with sshd(tmp_path, new) as port:
        shown = await fetch_host_key(target(port))
        with pytest.raises(HostKeyChanged) as caught:
            await connect(target(port, public(old)), WRONG)
    error = caught.value
    assert error.offered == shown.fingerprint
    assert error.pinned.startswith("SHA256:")
    assert error.pinned != error.offered
    assert error.pinned in str(error)
    assert error.offered in str(error)


async def test_a_second_key_of_the_server_is_no_change(tmp_path: Path) -> None:
    rsa, ed25519 = make_key(tmp_path, "rsa"), make_key(tmp_path, "ed25519")
    async with sshd(tmp_path, ed25519, rsa) as port:
        for pinned in (rsa, ed25519):
            with pytest.raises(LoginRefused):
                await connect(target(port, public(pinned)), WRONG)


async def test_pinned_kind_that_is_gone_is_a_change(tmp_path: Path) -> None:
    rsa, ed25519 = make_key(tmp_path, "rsa"), make_key(tmp_path, "ed25519")
    async with sshd(tmp_path, ed25519) as port:
        with pytest.raises(HostKeyChanged):
            await connect(target(port, public(rsa)), WRONG)


async def test_old_algorithms_only_for_a_device_that_is_marked(tmp_path: Path) -> None:
    rsa = make_key(tmp_path, "rsa")
    options = (
        "Ciphers aes128-cbc",
        "MACs hmac-md5",
        "KexAlgorithms diffie-hellman-group14-sha1",
        "HostKeyAlgorithms ssh-rsa",
    )
    async with sshd(tmp_path, rsa, options=options) as port:
        with pytest.raises(DeviceUnreachable, match="legacy"):
            await connect(target(port, public(rsa)), WRONG)
        with pytest.raises(DeviceUnreachable, match="legacy"):
            await fetch_host_key(target(port))
        shown = await fetch_host_key(target(port, legacy=True))
        assert shown.algorithm == "ssh-rsa"
        with pytest.raises(LoginRefused):
            await connect(target(port, public(rsa), legacy=True), WRONG)


async def test_nobody_listens() -> None:
    with pytest.raises(DeviceUnreachable, match="refuses connections"):
        await connect(target(free_port(), "ssh-ed25519 AAAA"), WRONG)
    with pytest.raises(DeviceUnreachable, match="refuses connections"):
        await fetch_host_key(target(free_port()))


async def test_a_listener_that_never_speaks_times_out() -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        slow = SshTarget("127.0.0.1", port, NOBODY, None, connect_timeout_s=0.2)
        with pytest.raises(DeviceUnreachable, match=r"within 0\.2 s"):
            await connect(slow, WRONG)
