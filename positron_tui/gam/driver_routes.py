"""Which transport reads which section, by what a device was found to answer. Pure."""

from __future__ import annotations

from positron_tui.domain.devices import Device, Section
from positron_tui.domain.readings import Source

_GHN_STATUS = frozenset({Section.ENDPOINTS, Section.ALARMS})


def route(device: Device, section: Section) -> Source | None:
    """Return the transport of a section, None when no one that the device has can read it.

    Status comes over SNMP, else over the command line; the configuration the other way round.
    What was not probed is taken to answer. The choice never depends on how the last poll went:
    a silent SNMP agent must not turn into a login every minute.
    """
    capabilities = device.capabilities
    ssh = device.address.ssh_port is not None and capabilities.ssh is not False
    snmp = capabilities.snmp is not False
    ghn_snmp = snmp and capabilities.ghn_snmp is not False
    if section is Section.CONFIG:
        return Source.CLI if ssh else Source.SNMP if ghn_snmp else None
    if section in _GHN_STATUS and not ghn_snmp and ssh:
        return Source.CLI
    if section is Section.ENDPOINTS and not ghn_snmp:
        return None
    if snmp:
        return Source.SNMP
    return Source.CLI if ssh else None
