"""Any snapshot that the domain allows."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from typing import TypeVar

from hypothesis import strategies as st

from positron_tui.domain.devices import (
    Alarm,
    Fan,
    Firmware,
    Health,
    Identity,
    Line,
    PowerSupply,
    Provenance,
    Section,
    Snapshot,
    SubscriberModel,
    Temperature,
)
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Admin, Oper, Port, PortCounters, PortKind, PortMode
from positron_tui.domain.readings import Source
from positron_tui.domain.subscribers import Poe, Profile, Subscriber

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

texts = st.text(max_size=12)
numbers = st.integers(-(1 << 63), (1 << 63) - 1)
counters = st.none() | st.integers(0, (1 << 64) - 1)
times = st.datetimes(timezones=st.just(UTC))
floats = st.floats(allow_nan=False)


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def one_of(enum: type[E]) -> st.SearchStrategy[E | None]:
    return maybe(st.sampled_from(enum))


def many(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


# A dataclass whose fields are all texts or numbers but for these is built from its annotations;
# naming the others keeps a new field from being forgotten.
_ports = st.builds(
    Port,
    name=texts,
    if_index=numbers,
    kind=st.sampled_from(PortKind),
    number=numbers,
    admin=one_of(Admin),
    oper=one_of(Oper),
    speed_mbps=maybe(numbers),
    mode=one_of(PortMode),
    mac=maybe(texts),
    label=maybe(texts),
    outage_service_affecting=maybe(st.booleans()),
    outage_other=maybe(st.booleans()),
    counters=st.builds(PortCounters, counters, counters, counters, counters),
    endpoint_macs=many(texts),
)
_endpoints = st.builds(
    Endpoint,
    mac=texts,
    endpoint_id=maybe(numbers),
    name=maybe(texts),
    description=maybe(texts),
    configured_port=maybe(texts),
    detected_port=maybe(texts),
    auto_port=maybe(st.booleans()),
    state=one_of(EndpointState),
    model=maybe(texts),
    serial=maybe(texts),
    firmware=maybe(texts),
    firmware_mismatch=maybe(st.booleans()),
    down_phy_mbps=maybe(numbers),
    up_phy_mbps=maybe(numbers),
    down_max_mbps=maybe(numbers),
    up_max_mbps=maybe(numbers),
    wire_length_m=maybe(numbers),
    uptime_s=maybe(numbers),
    ethernet_up=maybe(st.booleans()),
    ethernet_mbps=maybe(numbers),
    subscriber=maybe(texts),
    source=one_of(Source),
)
_profiles = st.builds(
    Profile,
    profile_id=numbers,
    name=texts,
    down_mbps=maybe(numbers),
    up_mbps=maybe(numbers),
    description=maybe(texts),
)
_subscribers = st.builds(
    Subscriber,
    subscriber_id=numbers,
    name=texts,
    description=maybe(texts),
    endpoint_id=maybe(numbers),
    endpoint_mac=maybe(texts),
    port=maybe(texts),
    vlan=maybe(numbers),
    tagged=maybe(st.booleans()),
    remapped_vlan=maybe(numbers),
    port2_vlan=maybe(numbers),
    allowed_vlans=maybe(many(st.integers(0, 4095))),
    trunk=maybe(st.booleans()),
    double_tag=maybe(st.booleans()),
    outer_vlan=maybe(numbers),
    uplink=maybe(texts),
    profile_id=maybe(numbers),
    poe=one_of(Poe),
    unknown_words=many(texts),
    source=one_of(Source),
)
_alarms = st.builds(
    Alarm,
    entity=texts,
    condition=texts,
    severity=texts,
    service_affecting=maybe(st.booleans()),
    occurred_at=maybe(times),
    description=maybe(texts),
    uuid=maybe(texts),
)
_identities = st.builds(
    Identity,
    model=maybe(texts),
    line=one_of(Line),
    serial=maybe(texts),
    mac=maybe(texts),
    firmware=st.builds(Firmware, maybe(texts), maybe(texts)),
    sys_name=maybe(texts),
    sys_descr=maybe(texts),
    sys_object_id=maybe(texts),
    location=maybe(texts),
    contact=maybe(texts),
    subscriber_model=one_of(SubscriberModel),
)
_healths = st.builds(
    Health,
    uptime_s=maybe(numbers),
    cpu_percent=maybe(numbers),
    temperatures=many(st.builds(Temperature, texts, floats)),
    fans=many(st.builds(Fan, numbers, numbers)),
    power_supplies=many(st.builds(PowerSupply, texts, texts)),
)
provenances = st.builds(Provenance, source=st.sampled_from(Source), read_at=times)

# Every section was read.
snapshots = st.builds(
    Snapshot,
    identity=_identities,
    health=_healths,
    ports=many(_ports),
    endpoints=many(_endpoints),
    profiles=many(_profiles),
    subscribers=many(_subscribers),
    alarms=many(_alarms),
    provenance=st.fixed_dictionaries(dict.fromkeys(Section, provenances)),
)
polls = st.builds(
    PollState,
    last_poll_at=maybe(times),
    last_good_at=maybe(times),
    reachable=maybe(st.booleans()),
    failure=maybe(texts),
    failures_in_a_row=st.integers(0, 1000),
    overruns=st.integers(0, 1000),
    duration_s=maybe(floats),
)
