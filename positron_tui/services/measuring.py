"""Measurements that are made only when somebody asks for them."""

from __future__ import annotations

from positron_tui.domain.errors import NotFound, Refused
from positron_tui.gam.driver import SnrReading
from positron_tui.services.drivers import DriverPool
from positron_tui.services.fleet import Fleet
from positron_tui.services.locks import DeviceLocks


class Measuring:
    """Takes the device's turn for as long as a measurement runs; cancelling it gives it back."""

    def __init__(self, *, fleet: Fleet, drivers: DriverPool, locks: DeviceLocks) -> None:
        self._fleet = fleet
        self._drivers = drivers
        self._locks = locks

    async def snr(self, device_name: str, mac: str) -> tuple[SnrReading, ...]:
        """Measure the SNR of an endpoint's link both ways, over SSH.

        Raises NotFound, Refused (no SSH), DeviceUnreachable, and what the device says when it has
        no value: CommandRejected, UnexpectedReply.
        """
        view = self._fleet.get(device_name)
        if view.endpoint_by_mac(mac) is None:
            raise NotFound(f"{device_name} does not see an endpoint {mac}.")
        if view.device.address.ssh_port is None:
            raise Refused(f"{device_name} was added without SSH, which measuring the SNR needs.")
        async with self._locks.of(device_name):
            driver = await self._drivers.get(view.device)
            return await driver.snr(mac)
