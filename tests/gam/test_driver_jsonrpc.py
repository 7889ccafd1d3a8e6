"""The JSON-RPC side of a driver: only for devices that are marked for it, over what they allow."""

from __future__ import annotations

import pytest

from positron_tui.domain.calls import call_text
from positron_tui.domain.clock import SystemClock
from positron_tui.domain.devices import Address, Device
from positron_tui.domain.errors import CommandRejected, CredentialError
from positron_tui.gam.driver import DeviceDriver, DeviceSecrets, DriverOptions, open_driver
from positron_tui.gam.driver_jsonrpc import jsonrpc_target
from positron_tui.gam.exchange import Exchange
from positron_tui.simulator.fleet import build_fleet
from tests.gam.jsonrpc.conftest import PASSWORD, serving

PLAIN = Device("riser", Address("192.0.2.1", http_allowed=True))
TLS = Device("riser", Address("192.0.2.1", https=True, http_allowed=True), certificate="SHA256:AB")


def driver_of(
    device: Device, password: str | None = PASSWORD, log: list[Exchange] | None = None
) -> DeviceDriver:
    secrets = DeviceSecrets(ssh_password=password)
    seen = log if log is not None else []
    return open_driver(device, secrets, DriverOptions(), SystemClock(), seen.append)


def test_a_device_without_the_mark_has_no_api() -> None:
    assert driver_of(Device("riser", Address("192.0.2.1"))).jsonrpc is None
    assert driver_of(PLAIN).jsonrpc is not None


def test_https_wins_where_both_are_allowed() -> None:
    options = DriverOptions(jsonrpc_timeout_s=7.0, ssh_connect_timeout_s=10.0)
    plain, tls = jsonrpc_target(PLAIN, options), jsonrpc_target(TLS, options)
    assert (plain.tls, plain.port, plain.allow_plain_http) == (False, 80, True)
    assert (tls.tls, tls.port, tls.pinned_certificate) == (True, 443, "SHA256:AB")
    assert (tls.timeout_s, tls.connect_timeout_s, tls.label) == (7.0, 7.0, "riser (192.0.2.1)")


async def test_without_a_password_nothing_is_sent() -> None:
    line = driver_of(PLAIN, password=None).jsonrpc
    assert line is not None
    with pytest.raises(CredentialError, match="device edit"):
        await line.running_config()
    await line.close()


async def test_it_reads_changes_and_saves_a_unit() -> None:
    (unit,) = build_fleet(1, model="GAM-4-CX", endpoints=3, seed=5)
    unit.startup.subscribers.clear()
    async with serving(unit) as server:
        address = Address(
            "127.0.0.1",
            http_port=server.http_port,
            http_allowed=True,
            ssh_user=unit.secrets.ssh_user,
        )
        log: list[Exchange] = []
        driver = driver_of(Device("riser", address), unit.secrets.ssh_password, log)
        line = driver.jsonrpc
        assert line is not None
        before = await line.running_config()
        name = before.subscribers[0].name
        done = await line.execute(
            call_text("ghnAgent.config.userByName.set", name, {"TrunkMode": True})
        )
        assert "TrunkMode" in done.command
        after = (await line.running_config()).subscriber_by_name(name)
        assert after is not None
        assert after.trunk is True
        with pytest.raises(CommandRejected):
            await line.execute(call_text("ghnAgent.config.userByName.del", "nobody"))
        assert (await line.save(5.0)).confirmed is True
        assert unit.startup.subscribers.keys() == unit.running.subscribers.keys()
        await driver.close()
        assert unit.secrets.ssh_password not in " ".join(map(str, log))
