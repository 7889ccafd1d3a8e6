"""Columns and codecs against the dataclasses that they stand for."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from positron_tui.domain.changes import ChangeEvent, ChangeStep
from positron_tui.domain.devices import Address, Alarm, Device
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import StoreError
from positron_tui.domain.plans import Plan
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Port, PortCounters
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.store import rows
from positron_tui.store.codec import COUNTER, RowCodec, encode_time, enum_kind


def names(entity: type[Any]) -> set[str]:
    return {field.name for field in fields(entity)}


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        (rows.DEVICES, (names(Device) - {"address"}) | names(Address)),
        (rows.PORTS, (names(Port) - {"counters"}) | names(PortCounters)),
        (rows.ENDPOINTS, names(Endpoint)),
        (rows.PROFILES, names(Profile)),
        (rows.SUBSCRIBERS, names(Subscriber)),
        (rows.ALARMS, names(Alarm)),
        (rows.POLLS, names(PollState)),
        (rows.PLANS, names(Plan)),
        (rows.STEPS, (names(ChangeStep) - {"index"}) | {"position"}),
        (rows.EVENTS, names(ChangeEvent)),
    ],
)
def test_every_field_has_its_column(codec: RowCodec[Any], expected: set[str]) -> None:
    assert set(codec.columns) == expected
    assert codec.required <= expected


def test_no_column_is_for_a_secret() -> None:
    from positron_tui.store.tables import metadata

    columns = {column.name for table in metadata.tables.values() for column in table.columns}
    words = ("community", "password", "passphrase", "secret", "token")

    assert not [name for name in columns if any(word in name for word in words)]


def test_a_moment_is_kept_in_utc_and_a_naive_one_is_refused() -> None:
    east = timezone(timedelta(hours=9))

    assert encode_time(datetime(2026, 1, 1, 3, tzinfo=east)) == "2025-12-31T18:00:00.000000+00:00"
    assert encode_time(datetime(9, 1, 1, tzinfo=UTC)) < encode_time(datetime(10, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="without time zone"):
        encode_time(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("value", [0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_a_counter_uses_all_64_bits(value: int) -> None:
    assert COUNTER.encode is not None
    assert COUNTER.decode is not None
    stored = COUNTER.encode(value)

    assert -(1 << 63) <= stored < 1 << 63
    assert COUNTER.decode(stored) == value


def test_a_value_from_another_version_is_a_sentence() -> None:
    decode = enum_kind(EndpointState).decode
    assert decode is not None

    with pytest.raises(StoreError, match=r"EndpointState 'resting'.*update positron-tui"):
        decode("resting")
