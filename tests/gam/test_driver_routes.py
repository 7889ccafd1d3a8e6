"""Which transport reads what, by capabilities alone."""

from __future__ import annotations

import pytest

from positron_tui.domain.devices import Address, Capabilities, Device, Section
from positron_tui.domain.readings import Source
from positron_tui.gam.driver_routes import route
from positron_tui.services.sections import ssh_sections

STATUS = (Section.IDENTITY, Section.HEALTH, Section.PORTS)
GHN = (Section.ENDPOINTS, Section.ALARMS)
FULL = Capabilities(snmp=True, ghn_snmp=True, ssh=True)
OLD = Capabilities(snmp=True, ghn_snmp=False, ssh=True)
NO_SNMP = Capabilities(snmp=False, ssh=True)


def device(capabilities: Capabilities, *, ssh: bool = True) -> Device:
    return Device("a", Address("192.0.2.1", ssh_port=22 if ssh else None), "", False, capabilities)


@pytest.mark.parametrize("capabilities", [FULL, Capabilities()])
def test_status_over_snmp_and_configuration_over_ssh(capabilities: Capabilities) -> None:
    for section in (*STATUS, *GHN):
        assert route(device(capabilities), section) is Source.SNMP
    assert route(device(capabilities), Section.CONFIG) is Source.CLI


def test_without_ssh_everything_comes_over_snmp() -> None:
    assert {route(device(FULL, ssh=False), section) for section in Section} == {Source.SNMP}


def test_without_the_ghn_tables() -> None:
    for section in STATUS:
        assert route(device(OLD), section) is Source.SNMP
    for section in (*GHN, Section.CONFIG):
        assert route(device(OLD), section) is Source.CLI
    alone = device(OLD, ssh=False)
    assert route(alone, Section.ENDPOINTS) is None
    assert route(alone, Section.CONFIG) is None
    assert route(alone, Section.ALARMS) is Source.SNMP


def test_without_snmp_everything_comes_over_ssh() -> None:
    assert {route(device(NO_SNMP), section) for section in Section} == {Source.CLI}
    assert {route(device(NO_SNMP, ssh=False), section) for section in Section} == {None}


@pytest.mark.parametrize("capabilities", [FULL, OLD, NO_SNMP, Capabilities()])
@pytest.mark.parametrize("ssh", [True, False])
def test_the_schedule_and_the_driver_agree_on_what_needs_a_login(
    capabilities: Capabilities, ssh: bool
) -> None:
    record = device(capabilities, ssh=ssh)
    needs = {section for section in Section if route(record, section) is Source.CLI}
    assert needs == ssh_sections(record)
