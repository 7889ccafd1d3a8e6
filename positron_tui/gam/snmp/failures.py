"""The sentences of SNMP failures, the same for both engines; none of them carries a secret."""

from __future__ import annotations

from positron_tui.domain.devices import SnmpVersion
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    Indeterminate,
    LoginRefused,
)
from positron_tui.gam.snmp.engine import SnmpTarget


def no_answer(target: SnmpTarget) -> DeviceUnreachable:
    """Silence; an agent treats a wrong v2c community (and some v3 mistakes) the same way."""
    doubt = (
        "the community is wrong"
        if target.version is SnmpVersion.V2C
        else "the SNMPv3 user or its keys are wrong"
    )
    return DeviceUnreachable(
        f"{target.label} does not answer SNMP on port {target.port}: it is down, filtered, "
        f"or {doubt}; check the address and the credentials."
    )


def port_closed(target: SnmpTarget) -> DeviceUnreachable:
    """The host is up and says that nothing listens."""
    return DeviceUnreachable(
        f"{target.label} has no SNMP agent on port {target.port}; check the port and that SNMP "
        "is enabled on the device."
    )


def unresolved(target: SnmpTarget) -> DeviceUnreachable:
    """The host name means nothing to the resolver."""
    return DeviceUnreachable(
        f"The name {target.host} does not resolve to an address; check the spelling or the DNS."
    )


def network_refused(target: SnmpTarget, reason: str) -> DeviceUnreachable:
    """The local machine cannot send there at all."""
    return DeviceUnreachable(
        f"{target.label} cannot be reached from here ({reason}); check the route to it."
    )


def login_refused(target: SnmpTarget) -> LoginRefused:
    """An SNMPv3 report says that user or keys are not right."""
    return LoginRefused(
        f"{target.label} refuses the SNMPv3 user or its keys; check the user name, both "
        "passphrases and the algorithms."
    )


def set_unanswered(target: SnmpTarget) -> Indeterminate:
    """A write was sent and nothing came back."""
    return Indeterminate(
        f"{target.label} did not answer an SNMP write; read the device to see whether it took "
        "effect."
    )


def set_rejected(target: SnmpTarget, oid: str, status: str) -> CommandRejected:
    """The agent refused a write with an error status such as noAccess or wrongValue."""
    return CommandRejected(
        f"set {oid}", status, f"{target.label} refused the SNMP write of {oid}: {status}."
    )
