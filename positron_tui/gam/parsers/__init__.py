"""Replies of a GAM's command line as models: pure, by label and keyword, never by position.

Each parser raises UnexpectedReply, with the line, for a text that is not its reply at all.
"""

from positron_tui.gam.parsers.alarms import parse_alarms
from positron_tui.gam.parsers.discover import DiscoverRow, parse_discover
from positron_tui.gam.parsers.endpoint import (
    EndpointReading,
    EndpointSettings,
    parse_endpoint_configuration,
    parse_endpoint_status,
)
from positron_tui.gam.parsers.interfaces import parse_interface_statistics, parse_interface_status
from positron_tui.gam.parsers.port import (
    PortSettings,
    PortStatus,
    parse_port_configuration,
    parse_port_status,
)
from positron_tui.gam.parsers.running_config import parse_running_config
from positron_tui.gam.parsers.save import parse_save_reply
from positron_tui.gam.parsers.snr import SnrReading, parse_snr
from positron_tui.gam.parsers.system import parse_cpu, parse_fans, parse_temperatures
from positron_tui.gam.parsers.version import VersionReport, parse_version

__all__ = [
    "DiscoverRow",
    "EndpointReading",
    "EndpointSettings",
    "PortSettings",
    "PortStatus",
    "SnrReading",
    "VersionReport",
    "parse_alarms",
    "parse_cpu",
    "parse_discover",
    "parse_endpoint_configuration",
    "parse_endpoint_status",
    "parse_fans",
    "parse_interface_statistics",
    "parse_interface_status",
    "parse_port_configuration",
    "parse_port_status",
    "parse_running_config",
    "parse_save_reply",
    "parse_snr",
    "parse_temperatures",
    "parse_version",
]
