"""Endpoints as the command line shows them: discovery, configuration and details put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.gam.parsers.discover import DiscoverRow
from positron_tui.gam.parsers.endpoint import EndpointReading

_NO_DETAIL = EndpointReading()


def combine_endpoints(
    rows: Iterable[DiscoverRow],
    config: RunningConfig,
    details: Mapping[str, EndpointReading],
) -> tuple[Endpoint, ...]:
    """Return every endpoint that is configured or seen, ordered by MAC.

    The command line has no word for quarantine; the state follows the rules of the unit's
    JSON-RPC document: seen elsewhere than configured, or seen and not configured.
    """
    seen = {row.mac: row for row in rows}
    configured = {one.mac: one for one in config.endpoints if one.mac}
    return tuple(
        _endpoint(mac, seen.get(mac), configured.get(mac), config, details.get(mac, _NO_DETAIL))
        for mac in sorted(seen.keys() | configured.keys())
    )


def _endpoint(
    mac: str,
    row: DiscoverRow | None,
    settings: EndpointConfig | None,
    config: RunningConfig,
    detail: EndpointReading,
) -> Endpoint:
    detected = (row.port or detail.port) if row and row.is_up else None
    subscriber = _subscriber(settings, detected, config)
    return Endpoint(
        mac=mac,
        endpoint_id=settings.endpoint_id if settings else None,
        name=settings.name if settings else None,
        description=settings.description if settings else None,
        configured_port=settings.port if settings else None,
        detected_port=detected,
        auto_port=settings.auto_port if settings else None,
        state=endpoint_state(row, settings, detected, port_aware=_port_aware(config)),
        model=detail.model,
        serial=detail.serial,
        firmware=detail.firmware,
        down_phy_mbps=detail.down_phy_mbps,
        up_phy_mbps=detail.up_phy_mbps,
        down_max_mbps=detail.down_max_mbps,
        up_max_mbps=detail.up_max_mbps,
        wire_length_m=detail.wire_length_m,
        uptime_s=detail.uptime_s,
        subscriber=subscriber.name if subscriber else None,
        source=Source.CLI,
    )


def endpoint_state(
    row: DiscoverRow | None,
    settings: EndpointConfig | None,
    detected_port: str | None,
    *,
    port_aware: bool = False,
) -> EndpointState | None:
    """Return the state, None where what is shown does not decide it.

    One that is configured without a port, and not automatic, is taken for quarantined when it is
    seen; no document says which word the unit uses for it. On a port-aware unit endpoints float.
    """
    if row is None or not row.is_up:
        known = settings is not None or (row is not None and row.configured)
        return EndpointState.NOT_DETECTED if known else None
    if settings is None:
        return None if row.configured else EndpointState.QUARANTINED_UNKNOWN_MAC
    if settings.auto_port or port_aware:
        return EndpointState.OK
    if detected_port is None:
        return None
    if settings.port == detected_port:
        return EndpointState.OK
    return EndpointState.QUARANTINED_WRONG_PORT


def _port_aware(config: RunningConfig) -> bool:
    return any(subscriber.port for subscriber in config.subscribers)


def _subscriber(
    settings: EndpointConfig | None, port: str | None, config: RunningConfig
) -> Subscriber | None:
    for subscriber in config.subscribers:
        if settings and subscriber.endpoint_id == settings.endpoint_id:
            return subscriber
        if subscriber.port and subscriber.port == port:
            return subscriber
    return None
