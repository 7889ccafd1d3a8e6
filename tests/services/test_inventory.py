"""Onboarding, editing and removing, against virtual units on real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from positron_tui.config import Settings
from positron_tui.domain.devices import Section
from positron_tui.domain.errors import (
    DeviceUnreachable,
    HostKeyUnknown,
    LoginRefused,
    NotFound,
    Refused,
    UsageError,
    ValidationFailed,
)
from positron_tui.domain.readings import Source
from positron_tui.domain.status import DeviceStatus
from positron_tui.gam.ssh import HostKey
from positron_tui.secrets import SecretKind
from positron_tui.services.events import DeviceAdded, DeviceRemoved, DeviceRenamed, Event
from positron_tui.services.inventory import NewDevice
from tests.services.conftest import (
    StartUnit,
    address_of,
    console,
    make_settings,
    onboard,
    secrets_of,
    trust_all,
)


async def test_a_unit_is_onboarded_read_and_remembered(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(settings) as services:
        heard: list[Event] = []
        services.events.subscribe(heard.append)
        progress: list[str] = []
        result = await services.inventory.add(
            NewDevice(address_of(server), site="Birch"),
            secrets_of(server),
            trust_host_key=trust_all,
            on_progress=progress.append,
        )
        view = services.fleet.get(result.device.name)
        assert result.identity.serial == server.device.serial
        assert result.device.host_key_fingerprint is not None
        assert view.snapshot.provenance.keys() == set(Section)
        assert len(view.snapshot.endpoints) >= 6
        assert view.snapshot.subscribers
        assert view.status in (DeviceStatus.UP, DeviceStatus.DEGRADED)
        assert DeviceAdded(view.name) in heard
        assert len(progress) == 3
        before = view.snapshot
    async with console(settings) as again:
        view = again.fleet.get(result.device.name)
        assert view.snapshot == before
        assert view.device.site == "Birch"


async def test_no_secret_is_in_the_database_or_the_log(
    settings: Settings, start_unit: StartUnit, tmp_path: Path
) -> None:
    server = await start_unit()
    async with console(settings) as services:
        await onboard(services, server)
        entries = services.activity.entries()
        assert any(entry.transport == "cli" for entry in entries)
    secrets = server.device.secrets
    written = contents(tmp_path)
    assert written.keys() >= {"console.db", "console.log"}
    for value in (secrets.snmp_read_community, secrets.snmp_write_community, secrets.ssh_password):
        assert not any(value.encode() in content for content in written.values())
        assert not any(value in f"{entry}" for entry in entries)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def test_a_silent_address(settings: Settings, start_unit: StartUnit) -> None:
    server = await start_unit()
    await server.stop()
    async with console(settings) as services:
        with pytest.raises(DeviceUnreachable, match="neither SSH nor SNMP"):
            await onboard(services, server)
        assert services.fleet.devices() == ()
        assert await services.store.devices.list() == ()


async def test_a_wrong_community(settings: Settings, start_unit: StartUnit) -> None:
    server = await start_unit()
    async with console(settings) as services:
        with pytest.raises(DeviceUnreachable):
            await onboard(services, server, ssh=False, snmp_community="wrong-one")
        assert services.fleet.devices() == ()


async def test_a_wrong_password(settings: Settings, start_unit: StartUnit) -> None:
    server = await start_unit()
    async with console(settings) as services:
        with pytest.raises(LoginRefused, match="no-ssh"):
            await onboard(services, server, ssh_password="wrong-one")
        assert services.fleet.devices() == ()
        assert await services.vault.require().get("gam-01", SecretKind.SSH_PASSWORD) is None


async def test_ssh_that_does_not_answer_offers_no_ssh(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    await server.cli.stop()
    async with console(settings) as services:
        with pytest.raises(DeviceUnreachable, match="--no-ssh"):
            await onboard(services, server)
        result = await onboard(services, server, ssh=False)
        assert result.device.address.ssh_port is None


async def test_a_host_key_that_is_not_trusted(settings: Settings, start_unit: StartUnit) -> None:
    server = await start_unit()
    shown: list[HostKey] = []

    async def refuse(key: HostKey) -> bool:
        shown.append(key)
        return False

    async with console(settings) as services:
        with pytest.raises(HostKeyUnknown) as caught:
            await onboard(services, server, trust=refuse)
        assert caught.value.fingerprint == shown[0].fingerprint
        assert shown[0].fingerprint.startswith("SHA256:")
        assert (await services.inventory.check_host_key(address_of(server))) == shown[0]


async def test_the_same_unit_is_added_once(settings: Settings, start_unit: StartUnit) -> None:
    server, other = await start_unit(), await start_unit(seed=4)
    twin = await start_unit(server.device)
    async with console(settings) as services:
        await onboard(services, server, "riser")
        with pytest.raises(Refused, match="already in the fleet as riser"):
            await onboard(services, server)
        with pytest.raises(Refused, match="serial number"):
            await onboard(services, twin)
        with pytest.raises(ValidationFailed, match="already a device"):
            await onboard(services, other, "Riser")
        assert services.fleet.names() == ("riser",)


async def test_a_unit_without_ssh_is_read_by_snmp_alone(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(settings) as services:
        result = await onboard(services, server, ssh=False)
        view = services.fleet.get(result.device.name)
        origins = {origin.source for origin in view.snapshot.provenance.values()}
        assert origins == {Source.SNMP}
        assert view.snapshot.provenance.keys() == set(Section)
        named = {one.name for one in server.device.running.subscribers.values()}
        assert {one.name for one in view.snapshot.subscribers} == named
        subscriber = view.snapshot.subscribers[0]
        assert subscriber.vlan is not None
        assert view.plan_label(subscriber) is not None


async def test_a_unit_without_ghn_tables_is_read_by_cli(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit(model="GAM-4-CX", personality="old-1.2.0", endpoints=3)
    async with console(settings) as services:
        result = await onboard(services, server)
        assert result.device.capabilities.ghn_snmp is False
        view = services.fleet.get(result.device.name)
        assert view.snapshot.provenance[Section.ENDPOINTS].source is Source.CLI
        assert view.snapshot.provenance[Section.HEALTH].source is Source.SNMP
        assert {one.mac for one in view.snapshot.endpoints} >= set(server.device.plant)


async def test_renaming_takes_secrets_and_readings_along(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(settings) as services:
        await onboard(services, server, "riser")
        heard: list[Event] = []
        services.events.subscribe(heard.append)
        device = await services.inventory.edit("riser", new_name="tower", site="Mill")
        assert device.name == "tower"
        assert DeviceRenamed("riser", "tower") in heard
        assert services.fleet.get("tower").snapshot.endpoints
        with pytest.raises(NotFound, match="known are tower"):
            services.fleet.get("riser")
        assert (await services.monitor.poll("tower")).reachable
        assert await services.vault.require().get("riser", SecretKind.SSH_PASSWORD) is None
        assert [one.name for one in await services.store.devices.list()] == ["tower"]


async def test_removing_forgets_secrets_and_readings(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(settings) as services:
        await onboard(services, server, "riser")
        heard: list[Event] = []
        services.events.subscribe(heard.append)
        await services.inventory.remove("riser")
        assert DeviceRemoved("riser") in heard
        assert services.fleet.devices() == ()
        assert await services.store.readings.load_all() == {}
        assert await services.vault.require().get("riser", SecretKind.SSH_PASSWORD) is None
        with pytest.raises(NotFound):
            await services.inventory.remove("riser")


async def test_a_device_of_another_address_is_asked_again(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(settings) as services:
        await onboard(services, server, "riser", ssh=False)
        device = await services.inventory.edit("riser", address=address_of(server))
        assert device.address.ssh_port == server.ssh_port
        key = await services.inventory.check_host_key(device.address)
        with pytest.raises(Refused, match="not SHA256:other"):
            await services.inventory.trust_new_host_key("riser", "SHA256:other")
        trusted = await services.inventory.trust_new_host_key("riser", key.fingerprint)
        assert trusted.host_key == key.openssh


async def test_secrets_that_cannot_be_kept_leave_nothing_behind(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    server = await start_unit()
    settings = make_settings(tmp_path, **{"secrets.backend": "env"})
    async with console(settings) as services:
        with pytest.raises(Exception, match="environment"):
            await onboard(services, server)
        assert services.fleet.devices() == ()
        assert await services.store.devices.list() == ()


async def test_discovery_finds_units_and_knows_its_own(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    community = server.device.secrets.snmp_read_community
    async with console(settings) as services:
        await onboard(services, server, "riser")
        found = [
            one
            async for one in services.inventory.discover(
                "127.0.0.1/32", ["wrong-one", community], snmp_port=server.snmp_port
            )
        ]
        assert [(one.host, one.known_as, one.is_gam) for one in found] == [
            ("127.0.0.1", "riser", True)
        ]
        with pytest.raises(UsageError, match="at most 4096"):
            services.inventory.discover("10.0.0.0/8", [community])


async def test_the_console_starts_without_a_vault(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, **{"secrets.backend": "command"})
    async with console(settings) as services:
        assert not services.vault_status.usable
        assert "secrets.command" in services.vault_status.sentence


async def test_two_consoles_see_each_others_devices(
    settings: Settings, start_unit: StartUnit
) -> None:
    server = await start_unit()
    async with console(settings) as first, console(settings) as second:
        heard: list[Event] = []
        first.events.subscribe(heard.append)
        await onboard(second, server, "riser")
        await first.fleet.sync()
        assert heard == [DeviceAdded("riser")]
        assert first.fleet.get("riser").snapshot.endpoints
        await second.inventory.edit("riser", site="Mill")
        await first.fleet.sync()
        assert first.fleet.get("riser").device.site == "Mill"
        with pytest.raises(ValidationFailed, match="already a device"):
            await onboard(first, await start_unit(seed=4), "riser")
        await second.inventory.remove("riser")
        await first.fleet.sync()
        assert heard[-1] == DeviceRemoved("riser")
        assert first.fleet.devices() == ()
