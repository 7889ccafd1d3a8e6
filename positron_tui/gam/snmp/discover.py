"""Asking an address whether a device is there, for scans of whole networks."""

from __future__ import annotations

from positron_tui.domain.devices import Identity, SnmpVersion
from positron_tui.domain.errors import PositronError
from positron_tui.gam.snmp import oids
from positron_tui.gam.snmp.decode.identity import decode_identity
from positron_tui.gam.snmp.engine import (
    EngineChoice,
    SnmpCredentials,
    SnmpTarget,
    open_session,
)


async def identify(
    host: str,
    port: int,
    credentials: SnmpCredentials,
    timeout_s: float,
    engine: EngineChoice = "auto",
) -> Identity | None:
    """Return who answers at `host` within `timeout_s` seconds, None for silence or nonsense.

    One GET, sent once. SNMPv3 when the credentials have a user, else v2c.
    """
    version = SnmpVersion.V3 if credentials.user else SnmpVersion.V2C
    target = SnmpTarget(host, port, version, timeout_s=timeout_s, retries=0)
    try:
        session = await open_session(target, credentials, engine)
    except PositronError:
        return None
    try:
        values = await session.get((oids.SYS_DESCR, oids.SYS_OBJECT_ID, oids.SYS_NAME))
    except PositronError:
        return None
    finally:
        await session.close()
    return decode_identity(values) if values else None
