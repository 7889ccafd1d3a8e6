"""The next VLAN comes from the site's pool, and is free on all of its devices."""

from __future__ import annotations

from pathlib import Path

from tests.services.conftest import StartUnit, console, make_settings, onboard


async def test_a_site_shares_its_pool_and_others_use_the_general_one(
    tmp_path: Path, start_unit: StartUnit
) -> None:
    one, other, third = await start_unit(), await start_unit(seed=9), await start_unit(seed=11)
    settings = make_settings(
        tmp_path,
        **{
            "provisioning.vlan_pool": "50,60-70",
            "provisioning.vlan_pools": {"Birch Street": "200-203"},
        },
    )
    async with console(settings) as services:
        for unit, name in ((one, "u0"), (other, "u1"), (third, "u2")):
            await onboard(services, unit, name)
        for name in ("u0", "u1"):
            await services.inventory.edit(name, site="birch street")
        assert services.provisioning.offer("u0").next_free_vlan == 200
        first = next(iter(other.device.running.subscribers.values()))
        first.vlan = 200
        next(iter(one.device.running.subscribers.values())).vlan = 201
        for name in ("u0", "u1"):
            await services.monitor.poll(name)
        assert services.provisioning.offer("u0").next_free_vlan == 202
        assert services.provisioning.offer("u1").next_free_vlan == 202
        assert services.provisioning.offer("u2").next_free_vlan == 50
        for number, subscriber in enumerate(one.device.running.subscribers.values()):
            subscriber.vlan = 200 + number
        await services.monitor.poll("u0")
        assert services.provisioning.offer("u1").next_free_vlan is None
