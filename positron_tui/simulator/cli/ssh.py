"""The SSH face of a unit: password logins, shell channels only, one ed25519 host key."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from positron_tui.simulator.cli.session import NO_EXEC, SESSION_LIMIT, Process, Session
from positron_tui.simulator.device import SimDevice

LOGIN_TIMEOUT_S = 30
CLOSE_TIMEOUT_S = 2


def host_key(device: SimDevice, generation: int = 0) -> asyncssh.SSHKey:
    """Return the unit's host key: the same for the same seed, so that a pin outlives a run."""
    text = f"host key {device.seed} {device.serial} {generation}"
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(text.encode()).digest())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return asyncssh.import_private_key(pem)


class _Login(asyncssh.SSHServer):
    """Checks the password of one connection and keeps the server's list of connections."""

    def __init__(self, server: CliServer) -> None:
        self._server = server
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._server.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        device = self._server.device
        wanted = device.secrets
        right = hmac.compare_digest(password.encode(), wanted.ssh_password.encode())
        return username == wanted.ssh_user and right and not device.faults.refuse_login


async def _end(process: Process, status: int) -> None:
    """End a channel, and the connection when everything that was printed is out."""
    with contextlib.suppress(TimeoutError, OSError, asyncssh.Error):
        process.exit(status)
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await process.wait_closed()
    process.get_extra_info("connection").close()


class CliServer:
    """The SSH server of one unit."""

    def __init__(self, device: SimDevice) -> None:
        self.device = device
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self.sessions: set[Session] = set()
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._generation = 0

    @property
    def host_key(self) -> asyncssh.SSHKey:
        return host_key(self.device, self._generation)

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port, which is a free one for `port` 0."""
        self._acceptor = await asyncssh.listen(
            host,
            port,
            server_factory=lambda: _Login(self),
            server_host_keys=[self.host_key],
            process_factory=self._serve,
            encoding=None,
            line_editor=False,
            agent_forwarding=False,
            compression_algs=None,
            login_timeout=LOGIN_TIMEOUT_S,
            reuse_address=True,
        )
        return int(self._acceptor.get_port())

    async def stop(self) -> None:
        """Stop listening and break every connection."""
        if self._acceptor is not None:
            self._acceptor.close()
            for connection in list(self.connections):
                connection.abort()
            await self._acceptor.wait_closed()
            self._acceptor = None

    def rotate_host_key(self) -> asyncssh.SSHKey:
        """Show another host key from the next connection on, as after a factory default."""
        self._generation += 1
        if self._acceptor is not None:
            self._acceptor.update(server_host_keys=[self.host_key])
        return self.host_key

    def users(self) -> list[str]:
        lines = []
        for line, session in enumerate(self.sessions):
            peer = session.process.get_extra_info("peername") or ("",)
            name = self.device.secrets.ssh_user
            lines += [
                f"Line is vty {line}.",
                f"    Connection is from {peer[0]} by SSH.",
                f"    User name is {name}, privilege is 15.",
            ]
        return lines

    async def _serve(self, process: Process) -> None:
        limit = self.device.faults.session_limit
        if process.command is not None or process.subsystem is not None:
            process.stderr.write(f"{NO_EXEC}\r\n".encode())
            await _end(process, 1)
            return
        if limit is not None and len(self.sessions) >= limit:
            process.stdout.write(f"{SESSION_LIMIT}\r\n".encode())
            await _end(process, 1)
            return
        session = Session(self.device, process, self.users)
        self.sessions.add(session)
        try:
            await session.run()
        finally:
            self.sessions.discard(session)
        await _end(process, 0)
