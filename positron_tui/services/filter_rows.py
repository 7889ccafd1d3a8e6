"""The fields that lists of devices, endpoints, subscribers and ports can be filtered by."""

from __future__ import annotations

from collections.abc import Collection

from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.ports import Port
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.filtering import Row
from positron_tui.services.views import DeviceView

DEVICE_FIELDS = ("name", "site", "host", "model", "line", "serial", "firmware", "status", "sysname")
PORT_FIELDS = ("device", "name", "label", "kind", "admin", "oper", "status", "mode", "mac")
ENDPOINT_FIELDS = (
    "device",
    "site",
    "mac",
    "name",
    "port",
    "state",
    "model",
    "serial",
    "firmware",
    "subscriber",
    "configured",
    "service",
)
SUBSCRIBER_FIELDS = (
    "name",
    "device",
    "site",
    "endpoint",
    "port",
    "vlan",
    "vlans",
    "plan",
    "description",
    "poe",
)


def device_row(view: DeviceView) -> Row:
    """Return what a device offers to a filter (DEVICE_FIELDS)."""
    key = ("device", view.name)
    row = view.row_cache.get(key)
    if row is None:
        row = view.row_cache[key] = _device_row(view)
    return row


def _device_row(view: DeviceView) -> Row:
    identity = view.snapshot.identity
    return Row.of(
        {
            "name": view.name,
            "site": view.device.site,
            "host": view.device.address.host,
            "model": identity.model,
            "line": identity.line,
            "serial": identity.serial,
            "firmware": identity.firmware.active,
            "status": view.status,
            "sysname": identity.sys_name,
        }
    )


def port_row(view: DeviceView, port: Port) -> Row:
    """Return what a port offers to a filter (PORT_FIELDS)."""
    key = ("port", port.name)
    row = view.row_cache.get(key)
    if row is None:
        row = view.row_cache[key] = _port_row(view, port)
    return row


def _port_row(view: DeviceView, port: Port) -> Row:
    return Row.of(
        {
            "device": view.name,
            "name": port.name,
            "label": port.label,
            "kind": port.kind,
            "admin": port.admin,
            "oper": port.oper,
            "status": view.port_status(port),
            "mode": port.mode,
            "mac": (port.mac, *port.endpoint_macs) if port.mac else port.endpoint_macs,
        }
    )


def endpoint_row(view: DeviceView, endpoint: Endpoint) -> Row:
    """Return what an endpoint offers to a filter (ENDPOINT_FIELDS)."""
    key = ("endpoint", endpoint.mac)
    row = view.row_cache.get(key)
    if row is None:
        row = view.row_cache[key] = _endpoint_row(view, endpoint)
    return row


def _endpoint_row(view: DeviceView, endpoint: Endpoint) -> Row:
    subscriber = view.subscriber_of(endpoint)
    return Row.of(
        {
            "device": view.name,
            "site": view.device.site,
            "mac": endpoint.mac,
            "name": endpoint.name,
            "port": endpoint.port,
            "state": _state_words(endpoint),
            "model": endpoint.model,
            "serial": endpoint.serial,
            "firmware": endpoint.firmware,
            "subscriber": subscriber.name if subscriber else endpoint.subscriber,
            "configured": endpoint.configured,
            "service": _SERVICE[has_service(view, endpoint)],
        }
    )


def _state_words(endpoint: Endpoint) -> str | None:
    """The state, also by the word that the screens have for it."""
    if endpoint.state is EndpointState.NOT_DETECTED:
        return f"{endpoint.state.value} missing"
    return endpoint.state.value if endpoint.state else None


_SERVICE = {True: "yes", False: "none", None: None}


def has_service(view: DeviceView, endpoint: Endpoint) -> bool | None:
    """Whether somebody is served over an endpoint; None while the device's services are unread."""
    if endpoint.subscriber or view.subscriber_of(endpoint) is not None:
        return True
    return False if Section.CONFIG in view.snapshot.provenance else None


def subscriber_row(view: DeviceView, subscriber: Subscriber) -> Row:
    """Return what a subscriber offers to a filter (SUBSCRIBER_FIELDS); `vlans` has all VLANs."""
    key = ("subscriber", f"{subscriber.subscriber_id} {subscriber.name}")
    row = view.row_cache.get(key)
    if row is None:
        row = view.row_cache[key] = _subscriber_row(view, subscriber)
    return row


SERVICE_FIELDS = (*SUBSCRIBER_FIELDS, "service")


def service_row(view: DeviceView, subscriber: Subscriber, suspended: Collection[str]) -> Row:
    """Return what a subscriber offers to a filter (SERVICE_FIELDS); `suspended` are names."""
    known = subscriber_row(view, subscriber)
    if subscriber.name not in suspended:
        return Row({**known.fields, "service": "active"}, known.text)
    return Row({**known.fields, "service": "suspended"}, f"{known.text}\nsuspended")


def _subscriber_row(view: DeviceView, subscriber: Subscriber) -> Row:
    endpoint = view.endpoint_of(subscriber)
    vlans = (
        subscriber.vlan,
        subscriber.remapped_vlan,
        subscriber.port2_vlan,
        subscriber.outer_vlan,
        *(subscriber.allowed_vlans or ()),
    )
    return Row.of(
        {
            "name": subscriber.name,
            "device": view.name,
            "site": view.device.site,
            "endpoint": endpoint.mac if endpoint else subscriber.endpoint_mac,
            "port": (endpoint.port if endpoint else None) or subscriber.port,
            "vlan": subscriber.vlan,
            "vlans": tuple(vlan for vlan in vlans if vlan),
            "plan": view.plan_label(subscriber),
            "description": subscriber.description,
            "poe": subscriber.poe,
        }
    )
