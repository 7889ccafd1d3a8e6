"""The command line of a GAM over SSH: one session, its reader, and the host key rules."""

from positron_tui.gam.ssh.connection import (
    connect,
    fetch_host_key,
    fingerprint_of,
    same_key,
)
from positron_tui.gam.ssh.session import CliSession, Shell, open_session, start_session
from positron_tui.gam.ssh.target import HostKey, SessionTimeouts, SshCredentials, SshTarget

__all__ = [
    "CliSession",
    "HostKey",
    "SessionTimeouts",
    "Shell",
    "SshCredentials",
    "SshTarget",
    "connect",
    "fetch_host_key",
    "fingerprint_of",
    "open_session",
    "same_key",
    "start_session",
]
