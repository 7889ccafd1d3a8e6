"""How a password is offered: once, in the way that the server takes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncssh
import pytest

from positron_tui.domain.errors import DeviceUnreachable, LoginRefused, SessionLimit
from positron_tui.gam.ssh import SshCredentials, SshTarget, connect, fetch_host_key


class Server(asyncssh.SSHServer):
    """Takes one password by the methods it is told to have, and counts the attempts."""

    methods: tuple[str, ...] = ("password",)
    password = ""
    attempts: list[str]

    def password_auth_supported(self) -> bool:
        return "password" in self.methods

    def validate_password(self, username: str, password: str) -> bool:
        self.attempts.append("password")
        # Some servers do not take an empty password by this method.
        return bool(password) and password == self.password

    def kbdint_auth_supported(self) -> bool:
        return "keyboard-interactive" in self.methods

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Password:", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        self.attempts.append("keyboard-interactive")
        return list(responses) == [self.password]


async def shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
    process.stdout.write(b"GAM# ")
    await process.stdin.read()
    process.exit(0)


@asynccontextmanager
async def server(
    methods: tuple[str, ...], password: str, *, sessions: bool = True
) -> AsyncIterator[tuple[SshTarget, list[str]]]:
    """Serve in this process; yields how to reach it and the attempts that it saw."""
    attempts: list[str] = []

    class Configured(Server):
        def session_requested(self) -> asyncssh.SSHServerProcess[bytes]:
            if not sessions:
                raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "full")
            return asyncssh.SSHServerProcess(shell, None, 3, False)

    Configured.methods, Configured.password, Configured.attempts = methods, password, attempts
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Configured,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        encoding=None,
    )
    target = SshTarget("127.0.0.1", acceptor.get_port(), connect_timeout_s=20.0)
    key = await fetch_host_key(target)
    try:
        yield (
            SshTarget(target.host, target.port, "admin", key.openssh, connect_timeout_s=20.0),
            (attempts),
        )
    finally:
        acceptor.close()
        await acceptor.wait_closed()


@pytest.mark.parametrize(
    ("methods", "password", "attempts"),
    [
        (("password",), "secret", ["password"]),
        (("keyboard-interactive",), "secret", ["keyboard-interactive"]),
        (("keyboard-interactive",), "", ["keyboard-interactive"]),
        (("password", "keyboard-interactive"), "", ["password", "keyboard-interactive"]),
    ],
)
async def test_password_gets_in(
    methods: tuple[str, ...], password: str, attempts: list[str]
) -> None:
    async with server(methods, password) as (target, seen):
        line = await connect(target, SshCredentials(password))
        assert await line.read()
        await line.close()
        assert seen == attempts


@pytest.mark.parametrize("methods", [("password",), ("password", "keyboard-interactive")])
async def test_wrong_password_is_tried_once(methods: tuple[str, ...]) -> None:
    async with server(methods, "secret") as (target, seen):
        with pytest.raises(LoginRefused, match="admin"):
            await connect(target, SshCredentials("guess"))
        assert seen == ["password"]


async def test_refused_channel_is_a_session_limit() -> None:
    async with server(("password",), "secret", sessions=False) as (target, _):
        with pytest.raises(SessionLimit):
            await connect(target, SshCredentials("secret"))


async def test_credentials_are_not_shown() -> None:
    assert "hidden-word" not in repr(SshCredentials("hidden-word"))


async def test_writing_to_a_closed_line_is_an_error() -> None:
    async with server(("password",), "secret") as (target, _):
        line = await connect(target, SshCredentials("secret"))
        line.abort()
        assert await line.read() in (b"", b"GAM# ")
        await line.close()
        with pytest.raises(DeviceUnreachable):
            line.write(b"show version\r")
