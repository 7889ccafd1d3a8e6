"""The refusals of the G.hn module as devices word them, by code -1..-57 (JSON-RPC document).

The spelling is the vendor's: clients compare these texts.
"""

from __future__ import annotations

MESSAGES = (
    "G.hn generic error",
    "G.hn internal error",
    "G.hn function not implemented",
    "Invalid G.hn port or endpoint",
    "Invalid G.hn port",
    "Invalid G.hn subscriber",
    "Non-existing G.hn subscriber",
    "Invalid G.hn endpoint",
    "Non-existing G.hn endpoint (no such endpoint configured)",
    "No user for endpoint",
    "Endpoint not found on specified port",
    "Endpoint not found on any ports",
    "G.hn endpoint is already assigned to another subscriber",
    "G.hn port is already assigned to another subscriber",
    "Invalid G.hn subscriber name",
    "Non-unique G.hn subscriber name",
    "Non-unique G.hn endpoint name",
    "Non-unique G.hn bandwidth profile name",
    "Non-unique G.hn port name",
    "Invalid G.hn bandwidth profile",
    "Non-existing G.hn bandwidth profile",
    "Invalid G.hn bandwidth profile name",
    "Invalid G.hn bandwidth profile downstream bandwidth",
    "Invalid G.hn bandwidth profile upstream bandwidth",
    "Invalid G.hn data VLAN id",
    "Invalid G.hn remapped data VLAN id",
    "Invalid G.hn port #2 VLAN id",
    "G.hn VLAN cannot be the same as port #2 VLAN id",
    "Too many allowed tagged VLAN",
    "Invalid G.hn endpoint name",
    "Invalid G.hn endpoint MAC address",
    "Non-unique G.hn endpoint MAC address",
    "Maximum number of G.hn endpoint reached for the system",
    "Maximum number of G.hn banbdwidth profile reached for the system",
    "Maximum number of G.hn subscriber reached for the system",
    "Maximum number of G.hn endpoint reached for that port",
    "Invalid G.hn port mode",
    "Invalid G.hn port role",
    "Invalid G.hn port RFC 5517 mode",
    "Invalid G.hn port RFC 5517 community number",
    "Invalid NNI port",
    "Invalid outer tag VID",
    "Specified NNI port is not uplink",
    "G.hn bandwidth profile is not supported on this platform yet",
    "G.hn endpoint is already configured",
    "G.hn bandwidth profile is already configured",
    "G.hn subscriber is already configured",
    "Invalid G.hn VectorBoost parameter",
    "Invalid G.hn powermask notch Id",
    "Invalid G.hn powermask notch parameter",
    "Invalid measurement averaging value",
    "Device not found",
    "Error querying G.hn device. May be missing or busy.",
    "Error device not in valid state",
    "Error device model requiered manual upgrade",
    "Auto-endpoint subscriber already assigned to another port",
    "Invalid G.hn subscriber model",
)


def message(code: int) -> str:
    """Return the text of module code -1..-57."""
    return MESSAGES[-code - 1]
