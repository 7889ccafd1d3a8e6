"""One SSH connection with a shell on it: host key rules, login, old algorithms. Uses asyncssh."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from positron_tui.domain.errors import (
    DeviceUnreachable,
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
    PositronError,
    SessionLimit,
)
from positron_tui.gam.ssh.target import HostKey, SshCredentials, SshTarget

if TYPE_CHECKING:
    import asyncssh

_READ_SIZE = 16_384
_CLOSE_TIMEOUT_S = 2.0
_LEGACY_KEX = "+diffie-hellman-group1-sha1,diffie-hellman-group-exchange-sha1"
_LEGACY_CIPHERS = "+aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc"
_LEGACY_MACS = "+hmac-md5,hmac-sha1-96,hmac-md5-96"
# A device may have several keys; the pinned one's kind is asked for first.
_ALGORITHMS_OF_KEY = {
    "ssh-rsa": "rsa-sha2-256,rsa-sha2-512,ssh-rsa",
    **{
        kind: kind
        for kind in (
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "ssh-dss",
        )
    },
}


class ShellConnection:
    """A shell on a device: `read` some bytes (none = it ended), `write`, `close`."""

    def __init__(
        self, connection: asyncssh.SSHClientConnection, process: asyncssh.SSHClientProcess[bytes]
    ) -> None:
        self._connection = connection
        self._process = process

    async def read(self) -> bytes:
        """Return what came, at least one byte; no bytes when the shell or the line ended."""
        import asyncssh

        try:
            return await self._process.stdout.read(_READ_SIZE)
        except (OSError, asyncssh.Error):
            return b""

    def write(self, data: bytes) -> None:
        """Send bytes; raise DeviceUnreachable when the line is down."""
        try:
            self._process.stdin.write(data)
        except (OSError, BrokenPipeError) as error:
            raise DeviceUnreachable("The SSH session is gone.") from error

    def abort(self) -> None:
        """Drop the connection at once, without waiting."""
        self._connection.abort()

    async def close(self) -> None:
        """Close channel and connection; drop them when the device does not play along."""
        self._process.close()
        self._connection.close()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._connection.wait_closed()
        except TimeoutError:
            self._connection.abort()
        except asyncio.CancelledError:
            self._connection.abort()
            raise


async def fetch_host_key(target: SshTarget) -> HostKey:
    """Return the key that a device shows now, without logging in."""
    keys: list[HostKey] = []

    def keep(key: HostKey) -> bool:
        keys.append(key)
        return False

    try:
        connection = await _connect(target, SshCredentials(), keep)
    except PositronError:
        if keys:
            return keys[-1]
        raise
    connection.abort()
    raise DeviceUnreachable(f"{target.label} showed no SSH host key; check that it speaks SSH.")


async def connect(target: SshTarget, credentials: SshCredentials) -> ShellConnection:
    """Log in and open a shell.

    Raises HostKeyUnknown or HostKeyChanged before any password is sent, LoginRefused,
    SessionLimit or DeviceUnreachable.
    """
    import asyncssh

    offered: list[HostKey] = []

    def pinned(key: HostKey) -> bool:
        offered.append(key)
        return target.pinned_host_key is not None and same_key(key.openssh, target.pinned_host_key)

    try:
        connection = await _connect(target, credentials, pinned)
    except PositronError as error:
        if offered and not isinstance(error, LoginRefused | SessionLimit):
            _judge_host_key(target, offered[-1])
        raise
    try:
        async with asyncio.timeout(target.connect_timeout_s):
            process = await connection.create_process(
                term_type="vt100", term_size=(200, 24), encoding=None
            )
    except BaseException as error:
        connection.abort()
        if isinstance(error, asyncssh.ChannelOpenError):
            raise _no_shell(target, error) from error
        if isinstance(error, TimeoutError | OSError | asyncssh.Error):
            raise DeviceUnreachable(
                f"{target.label} accepted the login but opened no shell; try again later."
            ) from error
        raise
    return ShellConnection(connection, process)


async def _connect(
    target: SshTarget, credentials: SshCredentials, trust: Callable[[HostKey], bool]
) -> asyncssh.SSHClientConnection:
    import asyncssh

    from positron_tui.gam.ssh.asyncssh_client import PinningClient

    seen: list[HostKey] = []

    def judge(key: HostKey) -> bool:
        seen.append(key)
        return trust(key)

    try:
        async with asyncio.timeout(target.connect_timeout_s):
            return await asyncssh.connect(
                target.host,
                target.port,
                username=target.user,
                client_factory=lambda: PinningClient(credentials, judge),
                known_hosts=([], [], []),
                config=None,
                client_keys=None,
                agent_path=None,
                preferred_auth="password,keyboard-interactive",
                login_timeout=target.connect_timeout_s,
                **_algorithms(target),
            )
    except (TimeoutError, OSError, asyncssh.Error) as error:
        raise explained(target, error, key_seen=bool(seen)) from error


def _algorithms(target: SshTarget) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    kind = (target.pinned_host_key or "").split(" ", 1)[0]
    first = _ALGORITHMS_OF_KEY.get(kind)
    if first:
        chosen["server_host_key_algs"] = f"^{first}"
    if target.legacy:
        chosen["kex_algs"] = _LEGACY_KEX
        chosen["encryption_algs"] = _LEGACY_CIPHERS
        chosen["mac_algs"] = _LEGACY_MACS
        if not first:
            chosen["server_host_key_algs"] = "+ssh-dss"
    return chosen


def explained(target: SshTarget, error: Exception, *, key_seen: bool) -> PositronError:
    """Return what went wrong while connecting as an error for a person.

    `key_seen`: the device had shown its host key, so that the key exchange was through.
    """
    import asyncssh

    name = target.label
    if isinstance(error, asyncssh.PermissionDenied):
        return LoginRefused(
            f"{name} refuses the SSH login of user {target.user}; correct the user or the "
            "password before trying again, since repeated failures may lock the account."
        )
    if isinstance(error, asyncssh.KeyExchangeFailed):
        advice = (
            "it offers none that this console knows"
            if target.legacy
            else "mark it for legacy SSH if it is an old unit"
        )
        return DeviceUnreachable(f"{name} has no SSH algorithm in common with us; {advice}.")
    if isinstance(error, asyncssh.DisconnectError) and (
        error.code == asyncssh.DISC_TOO_MANY_CONNECTIONS
    ):
        return no_session(target)
    sentence = _network_sentence(target, error)
    if sentence is None and key_seen:
        sentence = f"The SSH connection to {name} broke before the login was done; try again later."
    # A server may hang up on algorithms that it does not have without saying so.
    old = "" if target.legacy else ", or an old unit that must be marked for legacy SSH"
    return DeviceUnreachable(
        sentence
        or f"{name} broke the SSH connection off at once; it may be restarting or full{old}."
    )


def _network_sentence(target: SshTarget, error: Exception) -> str | None:
    """Return what the network says went wrong, None when it was the device."""
    name = target.label
    if isinstance(error, TimeoutError):
        return (
            f"{name} does not answer on SSH port {target.port} within "
            f"{target.connect_timeout_s:g} s; check the address and the network."
        )
    if isinstance(error, ConnectionRefusedError):
        return (
            f"{name} refuses connections on SSH port {target.port}; "
            "it may be restarting or have SSH switched off."
        )
    if isinstance(error, socket.gaierror):
        return f"The name {target.host} does not resolve; check its spelling."
    if isinstance(error, OSError) and error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return f"There is no way to {name} in the network; check the address and the routes."
    return None


def _no_shell(target: SshTarget, error: asyncssh.ChannelOpenError) -> PositronError:
    import asyncssh

    if error.code in (
        asyncssh.OPEN_RESOURCE_SHORTAGE,
        asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED,
    ):
        return no_session(target)
    return DeviceUnreachable(f"{target.label} opened no shell over SSH; try again later.")


def no_session(target: SshTarget) -> SessionLimit:
    """Return the error for a device that has no session left."""
    return SessionLimit(
        f"{target.label} has no free session; close one that is open there, or wait until it "
        "times out."
    )


def _judge_host_key(target: SshTarget, offered: HostKey) -> None:
    """Raise when it was the host key that ended the connection."""
    if target.pinned_host_key is None:
        raise HostKeyUnknown(
            f"The SSH host key of {target.label} is not trusted yet: {offered.fingerprint}; "
            "compare it with the device and accept it.",
            offered.fingerprint,
        )
    if not same_key(offered.openssh, target.pinned_host_key):
        pinned = fingerprint_of(target.pinned_host_key)
        raise HostKeyChanged(
            f"{target.label} shows the SSH host key {offered.fingerprint} instead of the trusted "
            f"{pinned}; nothing was sent. Accept the new key only if the unit was replaced or "
            "reset to factory settings.",
            pinned,
            offered.fingerprint,
        )


def same_key(one: str, other: str) -> bool:
    """Compare two OpenSSH public key lines without their comments."""
    return one.split()[:2] == other.split()[:2]


def fingerprint_of(openssh: str) -> str:
    """Return the SHA-256 fingerprint of an OpenSSH public key line."""
    import asyncssh

    try:
        return asyncssh.import_public_key(openssh).get_fingerprint()
    except asyncssh.KeyImportError:
        return "an unreadable key"
