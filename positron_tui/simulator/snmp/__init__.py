"""The SNMP agent of a virtual GAM: codec, USM, MIB view and the UDP face."""

from positron_tui.simulator.snmp.agent import SnmpAgent

__all__ = ["SnmpAgent"]
