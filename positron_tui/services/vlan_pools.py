"""Where the VLANs of new services are taken from, by site."""

from __future__ import annotations

from positron_tui.config import ProvisioningSettings
from positron_tui.domain.vlans import parse_vlan_list
from positron_tui.services.fleet import Fleet


class VlanPools:
    """The pools of the settings; a site with a pool of its own shares it among its devices."""

    def __init__(self, fleet: Fleet, settings: ProvisioningSettings) -> None:
        self._fleet = fleet
        self._general = parse_vlan_list(settings.vlan_pool)
        self._sites = {
            site.casefold(): parse_vlan_list(text) for site, text in settings.vlan_pools.items()
        }

    def of(self, site: str) -> tuple[int, ...]:
        """Return the VLANs for new services of a site."""
        return self._sites.get(site.casefold(), self._general)

    def taken(self, site: str) -> frozenset[int]:
        """Return the VLANs that services on any device of the site have; none without a pool."""
        if site.casefold() not in self._sites:
            return frozenset()
        return frozenset(
            one.vlan
            for view in self._fleet.devices()
            if view.device.site.casefold() == site.casefold()
            for one in view.snapshot.subscribers
            if one.vlan is not None
        )
