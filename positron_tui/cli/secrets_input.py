"""Where the secrets of a unit come from: JSON on stdin, or prompts on a terminal."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Mapping, Sequence

from positron_tui.cli.output import Output
from positron_tui.cli.prompts import ask_secret
from positron_tui.domain.errors import UsageError
from positron_tui.gam.driver import DeviceSecrets

KEYS = (
    "snmp_community",
    "snmp_write_community",
    "ssh_password",
    "snmp_auth_password",
    "snmp_priv_password",
)
_LABELS = {
    "snmp_community": "SNMP read community",
    "snmp_write_community": "SNMP write community (empty: none)",
    "ssh_password": "SSH password",
    "snmp_auth_password": "SNMPv3 authentication password",
    "snmp_priv_password": "SNMPv3 privacy password",
}


def secrets_from_json(text: str) -> DeviceSecrets:
    """Read the JSON object of secrets; UsageError never repeats any of its values."""
    try:
        content = json.loads(text)
    except ValueError:
        raise UsageError("What came on stdin is not JSON; give an object of secrets.") from None
    if not isinstance(content, dict):
        raise UsageError("What came on stdin is JSON, but not an object of secrets.")
    for key, value in content.items():
        if key not in KEYS:
            raise UsageError(_unknown_key(key))
        if value is not None and not isinstance(value, str):
            raise UsageError(f"The secret {key} on stdin must be a text or null.")
    return _secrets(content)


def secrets_from_stdin() -> DeviceSecrets:
    """Read the JSON object of secrets from stdin to its end."""
    return secrets_from_json(stdin_text())


def communities_from_stdin() -> tuple[str, ...]:
    """Read SNMP communities from stdin, one a line."""
    found = tuple(line.strip() for line in stdin_text().splitlines() if line.strip())
    if not found:
        raise UsageError("There is no community on stdin; give one a line.")
    return found


def secrets_from_terminal(out: Output, wanted: Sequence[str]) -> DeviceSecrets:
    """Ask for the wanted secrets, one after the other, without echo."""
    return _secrets({key: ask_secret(out, _LABELS[key]) for key in wanted})


def stdin_text() -> str:
    """Return all that comes on stdin; UsageError when that is no text."""
    if sys.stdin is None:
        raise UsageError("There is nothing on stdin.")
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        raise UsageError("What came on stdin is not UTF-8 text.") from None


def _unknown_key(key: str) -> str:
    near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.6)
    if near:
        return f"The secrets on stdin have an unknown key; the nearest known one is '{near[0]}'."
    return f"The secrets on stdin have an unknown key; known are {', '.join(KEYS)}."


def _secrets(values: Mapping[str, str | None]) -> DeviceSecrets:
    """Take empty texts as not given, but for SSH: a unit fresh from the factory has no password."""
    return DeviceSecrets(
        snmp_community=values.get("snmp_community") or None,
        snmp_write_community=values.get("snmp_write_community") or None,
        ssh_password=values.get("ssh_password"),
        snmp_auth_password=values.get("snmp_auth_password") or None,
        snmp_priv_password=values.get("snmp_priv_password") or None,
    )
