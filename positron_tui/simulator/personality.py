"""How a unit of a certain firmware behaves; quirks are those of real units where seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personality:
    """The quirks of one firmware.

    mib_complete: every column of the vendor MIB answers; else the columns that a GAM-12-C 1.5.4
    was seen to lack are missing and its extra ones are there. overrun_uptime: the system uptime
    text carries stale text behind it. inband_sfp_flags: optics readings carry `+`/`++` flags.
    vlan_rows_all: ifTable has one row for each of 4095 VLANs (seen on a GAM-4-CX), else only for
    VLANs that exist. ghn_snmp: the G.hn agent tables answer. poe_words: running-config prints
    `poe`. wide_discover: column layout of `show ghn discover all`.
    """

    name: str
    firmware: str
    alternate: str
    revision: str
    mib_complete: bool = True
    overrun_uptime: bool = False
    inband_sfp_flags: bool = False
    vlan_rows_all: bool = False
    ghn_snmp: bool = True
    poe_words: bool = True
    wide_discover: bool = True
    new_snmp_syntax: bool = True


PERSONALITIES = {
    personality.name: personality
    for personality in (
        Personality("current", "1.8.2", "1.7.0", "28146"),
        Personality(
            "gam12c-1.5.4",
            "1.5.4",
            "1.5.1",
            "24791",
            mib_complete=False,
            overrun_uptime=True,
            inband_sfp_flags=True,
        ),
        Personality(
            "gam4cx-1.5.4", "1.5.4", "1.5.1", "24791", mib_complete=False, vlan_rows_all=True
        ),
        Personality(
            "old-1.2.0",
            "1.2.0",
            "1.1.0",
            "21298",
            ghn_snmp=False,
            poe_words=False,
            wide_discover=False,
            new_snmp_syntax=False,
        ),
    )
}
