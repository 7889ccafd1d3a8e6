"""The codecs of all entities that are stored as rows: column by column, in their order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text

from positron_tui.domain.changes import Change, ChangeEvent, ChangeState, ChangeStep, StepState
from positron_tui.domain.devices import Address, Alarm, Device, SnmpVersion
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.plans import Plan
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Admin, Oper, Port, PortCounters, PortKind, PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.store.codec import (
    BOOLEAN,
    COUNTER,
    DOCUMENT,
    INTEGER,
    REAL,
    TEXT,
    TIME,
    TUPLE,
    Kind,
    RowCodec,
    enum_kind,
)
from positron_tui.store.documents import decode_capabilities, encode_document

_ADDRESS: dict[str, Kind] = {
    "host": TEXT,
    "snmp_port": INTEGER,
    "snmp_version": enum_kind(SnmpVersion),
    "snmp_user": TEXT,
    "snmp_auth": TEXT,
    "snmp_priv": TEXT,
    "ssh_port": INTEGER,
    "ssh_user": TEXT,
    "ssh_legacy": BOOLEAN,
    "http_port": INTEGER,
    "http_allowed": BOOLEAN,
    "https": BOOLEAN,
    "https_port": INTEGER,
}


def _device(name: str, *values: Any) -> Device:
    count = len(_ADDRESS)
    return Device(name, Address(*values[:count]), *values[count:])


DEVICES = RowCodec(
    _device,
    {
        "name": TEXT,
        **_ADDRESS,
        "site": TEXT,
        "read_only": BOOLEAN,
        "capabilities": Kind(Text, encode_document, decode_capabilities),
        "host_key": TEXT,
        "host_key_fingerprint": TEXT,
        "offered_key_fingerprint": TEXT,
        "added_at": TIME,
        "certificate": TEXT,
    },
    paths={name: f"address.{name}" for name in _ADDRESS},
    required=[
        "name",
        "host",
        "snmp_port",
        "snmp_version",
        "snmp_auth",
        "snmp_priv",
        "ssh_user",
        "ssh_legacy",
        "http_port",
        "http_allowed",
        "https",
        "https_port",
        "site",
        "read_only",
        "capabilities",
    ],
)

_COUNTERS = ("in_octets", "out_octets", "in_errors", "out_errors")


def _port(*values: Any) -> Port:
    return Port(*(*values[:12], PortCounters(*values[12:16]), *values[16:]))


PORTS = RowCodec(
    _port,
    {
        "name": TEXT,
        "if_index": INTEGER,
        "kind": enum_kind(PortKind),
        "number": INTEGER,
        "admin": enum_kind(Admin),
        "oper": enum_kind(Oper),
        "speed_mbps": INTEGER,
        "mode": enum_kind(PortMode),
        "mac": TEXT,
        "label": TEXT,
        "outage_service_affecting": BOOLEAN,
        "outage_other": BOOLEAN,
        **dict.fromkeys(_COUNTERS, COUNTER),
        "endpoint_macs": TUPLE,
    },
    paths={name: f"counters.{name}" for name in _COUNTERS},
    required=("name", "if_index", "kind", "number", "endpoint_macs"),
)

ENDPOINTS = RowCodec(
    Endpoint,
    {
        "mac": TEXT,
        "endpoint_id": INTEGER,
        "name": TEXT,
        "description": TEXT,
        "configured_port": TEXT,
        "detected_port": TEXT,
        "auto_port": BOOLEAN,
        "state": enum_kind(EndpointState),
        "model": TEXT,
        "serial": TEXT,
        "firmware": TEXT,
        "firmware_mismatch": BOOLEAN,
        "down_phy_mbps": INTEGER,
        "up_phy_mbps": INTEGER,
        "down_max_mbps": INTEGER,
        "up_max_mbps": INTEGER,
        "wire_length_m": INTEGER,
        "uptime_s": INTEGER,
        "ethernet_up": BOOLEAN,
        "ethernet_mbps": INTEGER,
        "subscriber": TEXT,
        "source": enum_kind(Source),
    },
    required=("mac",),
)

PROFILES = RowCodec(
    Profile,
    {
        "profile_id": INTEGER,
        "name": TEXT,
        "down_mbps": INTEGER,
        "up_mbps": INTEGER,
        "description": TEXT,
    },
    required=("profile_id", "name"),
)

SUBSCRIBERS = RowCodec(
    Subscriber,
    {
        "subscriber_id": INTEGER,
        "name": TEXT,
        "description": TEXT,
        "endpoint_id": INTEGER,
        "endpoint_mac": TEXT,
        "port": TEXT,
        "vlan": INTEGER,
        "tagged": BOOLEAN,
        "remapped_vlan": INTEGER,
        "port2_vlan": INTEGER,
        "allowed_vlans": TUPLE,
        "trunk": BOOLEAN,
        "double_tag": BOOLEAN,
        "outer_vlan": INTEGER,
        "uplink": TEXT,
        "profile_id": INTEGER,
        "poe": enum_kind(Poe),
        "unknown_words": TUPLE,
        "source": enum_kind(Source),
    },
    required=("subscriber_id", "name", "unknown_words"),
)

ALARMS = RowCodec(
    Alarm,
    {
        "entity": TEXT,
        "condition": TEXT,
        "severity": TEXT,
        "service_affecting": BOOLEAN,
        "occurred_at": TIME,
        "description": TEXT,
        "uuid": TEXT,
    },
    required=("entity", "condition", "severity"),
)

POLLS = RowCodec(
    PollState,
    {
        "last_poll_at": TIME,
        "last_good_at": TIME,
        "reachable": BOOLEAN,
        "failure": TEXT,
        "failures_in_a_row": INTEGER,
        "overruns": INTEGER,
        "duration_s": REAL,
    },
    required=("failures_in_a_row", "overruns"),
)

PLANS = RowCodec(
    Plan,
    {"name": TEXT, "down_mbps": INTEGER, "up_mbps": INTEGER},
    required=("name", "down_mbps", "up_mbps"),
)

STEPS = RowCodec(
    ChangeStep,
    {
        "position": INTEGER,
        "transport": TEXT,
        "command": TEXT,
        "purpose": TEXT,
        "inverse": TUPLE,
        "state": enum_kind(StepState),
        "reply": TEXT,
    },
    paths={"position": "index"},
    required=("position", "transport", "command", "purpose", "inverse", "state"),
)


def _change(change_id: int, *values: Any) -> Change:
    """The steps are rows of their own and join the change later."""
    device, kind, subject, before, after, actor, requested_at, *rest = values
    return Change(device, kind, subject, (), before, after, actor, requested_at, change_id, *rest)


CHANGES = RowCodec(
    _change,
    {
        "id": INTEGER,
        "device": TEXT,
        "kind": TEXT,
        "subject": TEXT,
        "before": DOCUMENT,
        "after": DOCUMENT,
        "actor": TEXT,
        "requested_at": TIME,
        "state": enum_kind(ChangeState),
        "message": TEXT,
        "verified_at": TIME,
        "saved": BOOLEAN,
        "inverse_of": INTEGER,
    },
    required=["device", "kind", "subject", "before", "after", "actor", "requested_at", "state"],
)

EVENTS = RowCodec(
    ChangeEvent,
    {
        "change_id": INTEGER,
        "at": TIME,
        "state": enum_kind(ChangeState),
        "text": TEXT,
        "details": DOCUMENT,
    },
    required=("change_id", "at", "state", "text", "details"),
)
