"""Reading one device over SNMP, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Alarm, Health, Identity, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import DeviceUnreachable, UnexpectedReply
from positron_tui.domain.ports import PORT_INDEX_BASE, Port, PortKind
from positron_tui.domain.subscribers import Profile, Subscriber
from positron_tui.gam.snmp import oids
from positron_tui.gam.snmp.decode.alarms import decode_alarms
from positron_tui.gam.snmp.decode.config import decode_profiles, iter_subscribers
from positron_tui.gam.snmp.decode.endpoints import EndpointTables, iter_endpoints
from positron_tui.gam.snmp.decode.health import HEALTH_OIDS, decode_health
from positron_tui.gam.snmp.decode.identity import IDENTITY_OIDS, decode_identity
from positron_tui.gam.snmp.decode.ports import (
    PortFace,
    decode_face,
    decode_ports,
    face_oids,
    reading_oids,
)
from positron_tui.gam.snmp.decode.values import Table
from positron_tui.gam.snmp.engine import SnmpSession
from positron_tui.gam.snmp.oids import TableSpec
from positron_tui.gam.snmp.pacing import pacer

T = TypeVar("T")

FIRST_REPETITIONS = 10
MOST_REPETITIONS = 25
_CLEAN_READS = 3
_PORTS_AT_ONCE = 6
_MOST_PORTS = 120
_FACES_FRESH_S = 900.0
_DECODED_AT_ONCE = 12
"""Rows decoded between two turns on the loop: well below a millisecond."""


@dataclass(frozen=True, slots=True)
class SnmpProbe:
    """What a device answered at first contact; `ghn` = its G.hn tables answer."""

    identity: Identity
    ghn: bool
    port_indexes: tuple[int, ...]
    subscriber_model: SubscriberModel | None


class SnmpReader:
    """One device. Every section raises for itself; what it needs least may fail inside it.

    The size of a walk's pages follows the device: it grows after clean reads and halves after a
    time-out, because a large answer that is split on the way is lost as a whole.
    """

    def __init__(self, session: SnmpSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._repetitions = FIRST_REPETITIONS
        self._clean = 0
        self._faces: tuple[PortFace, ...] = ()
        self._faces_at = 0.0

    @property
    def max_repetitions(self) -> int:
        """The page size of the next walk."""
        return self._repetitions

    async def probe(self) -> SnmpProbe:
        """Read who the device is, its ports, and whether the G.hn tables answer."""
        identity = await self.identity()
        self._faces = await self._find_ports()
        self._faces_at = self._clock.monotonic()
        return SnmpProbe(
            identity,
            await self._has_ghn(),
            tuple(face.if_index for face in self._faces),
            identity.subscriber_model,
        )

    async def identity(self) -> Identity:
        """Read the identity with one GET."""
        return decode_identity(await self._session.get(IDENTITY_OIDS))

    async def health(self) -> Health:
        """Read uptime and load; sensors, fans and supplies as far as their tables answer."""
        values = await self._session.get(HEALTH_OIDS)
        optional = _Optional(self)
        temperatures = await optional.table(oids.TEMPERATURES)
        old: Table = {}
        if not temperatures.get("tenths"):
            old = await optional.table(oids.OLD_TEMPERATURES)
        fans = await optional.table(oids.FANS)
        supplies = await optional.table(oids.POWER_SUPPLIES)
        return decode_health(values, temperatures, old, fans, supplies)

    async def ports(self, ghn: bool) -> tuple[Port, ...]:
        """Read all ports; `ghn` adds mode, label, outage and endpoint list of the G.hn ports."""
        faces = await self._known_faces()
        values = await self._session.get(
            [oid for face in faces for oid in reading_oids(face.if_index)]
        )
        optional = _Optional(self)
        config: Table = {}
        brief: Table = {}
        if ghn:
            config = await optional.table(oids.GHN_PORT_CONFIG)
            brief = await optional.table(oids.GHN_PORT_BRIEF)
        await pacer().turn()
        return decode_ports(faces, values, config, brief)

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Read all endpoints by MAC; by configured id on a unit whose table by MAC is empty."""
        brief = await self._table(oids.ENDPOINT_BRIEF_BY_MAC)
        by_mac = any(brief.values())
        if not by_mac:
            brief = await self._table(oids.ENDPOINT_BRIEF_BY_ID)
        if not any(brief.values()):
            return ()
        optional = _Optional(self)
        detail = await optional.table(
            oids.ENDPOINT_DETAIL_BY_MAC if by_mac else oids.ENDPOINT_DETAIL_BY_ID
        )
        link = await optional.table(
            oids.ENDPOINT_LINK_BY_MAC if by_mac else oids.ENDPOINT_LINK_BY_ID
        )
        config = await optional.table(oids.ENDPOINT_CONFIG)
        return await _paced(iter_endpoints(EndpointTables(brief, detail, link, config, by_mac)))

    async def config(self) -> tuple[tuple[Profile, ...], tuple[Subscriber, ...]]:
        """Read profiles and subscribers."""
        faces = await self._known_faces()
        profiles = decode_profiles(await self._table(oids.PROFILES))
        table = await self._table(oids.SUBSCRIBERS)
        if not any(table.values()):
            return profiles, ()
        optional = _Optional(self)
        endpoints = await optional.table(oids.ENDPOINT_CONFIG)
        vlans = await optional.table(oids.SUBSCRIBER_VLANS)
        names = _uplinks(faces)
        return profiles, await _paced(iter_subscribers(table, vlans, endpoints, names))

    async def alarms(self) -> tuple[Alarm, ...]:
        """Read the active alarms."""
        names = {face.if_index: face.name for face in self._faces}
        return decode_alarms(await self._table(oids.ACTIVE_ALARMS), names)

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def _has_ghn(self) -> bool:
        """Ask the G.hn agent for its first port and its global setting.

        Old firmware answers neither; a unit without any endpoint still answers both.
        """
        first = PORT_INDEX_BASE + 1
        cells = [
            oids.GHN_PORT_BRIEF.cell("outage_sa", first),
            oids.GHN_PORT_BRIEF.cell("endpoints", first),
            oids.GHN_PORT_CONFIG.cell("mode", first),
            oids.SUBSCRIBER_MODEL,
        ]
        return bool(await self._session.get(cells))

    async def _known_faces(self) -> tuple[PortFace, ...]:
        """Return the ports that were found; labels may change, so they are looked at again."""
        if not self._faces or self._clock.monotonic() - self._faces_at > _FACES_FRESH_S:
            self._faces = await self._find_ports()
            self._faces_at = self._clock.monotonic()
        return self._faces

    async def _find_ports(self) -> tuple[PortFace, ...]:
        """Ask for ports from the first index on until a whole group of indexes has none."""
        faces: list[PortFace] = []
        for start in range(PORT_INDEX_BASE + 1, PORT_INDEX_BASE + _MOST_PORTS, _PORTS_AT_ONCE):
            group = range(start, start + _PORTS_AT_ONCE)
            values = await self._session.get([oid for index in group for oid in face_oids(index)])
            found = [decode_face(values, index) for index in group]
            faces.extend(face for face in found if face)
            if not any(found):
                break
        return tuple(faces)

    async def _table(self, spec: TableSpec) -> Table:
        """Walk the columns of a table that we know of and follow the device's page size."""
        names = spec.column_oids()
        try:
            columns = await self._session.columns(
                list(names.values()), max_repetitions=self._repetitions
            )
        except DeviceUnreachable:
            self._clean = 0
            self._repetitions = max(1, self._repetitions // 2)
            raise
        self._clean += 1
        if self._clean >= _CLEAN_READS:
            self._clean = 0
            self._repetitions = min(MOST_REPETITIONS, self._repetitions + 5)
        return {name: columns[oid] for name, oid in names.items()}


class _Optional:
    """Tables that a section can do without; after one time-out it asks for no more of them."""

    def __init__(self, reader: SnmpReader) -> None:
        self._reader = reader
        self._silent = False

    async def table(self, spec: TableSpec) -> Table:
        if self._silent:
            return {}
        try:
            return await self._reader._table(spec)
        except UnexpectedReply:
            return {}
        except DeviceUnreachable:
            self._silent = True
            return {}


def _uplinks(faces: Iterable[PortFace]) -> dict[int, str]:
    return {face.if_index: face.name for face in faces if face.kind is not PortKind.GHN}


async def _paced(rows: Iterator[T]) -> tuple[T, ...]:
    """Collect decoded rows, with a turn on the loop after every few of them."""
    collected: list[T] = []
    for row in rows:
        if len(collected) % _DECODED_AT_ONCE == 0:
            await pacer().turn()
        collected.append(row)
    return tuple(collected)
