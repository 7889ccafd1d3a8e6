"""Who a device says it is."""

from __future__ import annotations

from collections.abc import Mapping

from positron_tui.domain.devices import Firmware, Identity, Line, SubscriberModel
from positron_tui.domain.models import MODELS_BY_NAME, PRODUCTS_OID, GamModel, model_of_object_id
from positron_tui.gam.snmp import oids
from positron_tui.gam.snmp.decode.values import mac, plain_version, text
from positron_tui.gam.snmp.engine import SnmpValue

_LINE_OF_MODE = {0: Line.COAX, 1: Line.COPPER, 2: Line.COPPER}
_SUBSCRIBER_MODELS = {0: SubscriberModel.ENDPOINT_AWARE, 1: SubscriberModel.PORT_AWARE}

IDENTITY_OIDS = (
    oids.SYS_DESCR,
    oids.SYS_OBJECT_ID,
    oids.SYS_NAME,
    oids.SYS_LOCATION,
    oids.SYS_CONTACT,
    oids.BOARD_MAC,
    oids.BOARD_SERIAL,
    *oids.FIRMWARE_TYPES,
    *oids.FIRMWARE_VERSIONS,
    oids.SUBSCRIBER_MODEL,
    oids.FIRST_PORT_MODE,
)


def decode_identity(values: Mapping[str, SnmpValue]) -> Identity:
    """Return the identity from the scalars of IDENTITY_OIDS; any of them may be missing."""
    object_id = text(values.get(oids.SYS_OBJECT_ID))
    descr = text(values.get(oids.SYS_DESCR))
    model, line = _model(object_id, descr)
    mode = values.get(oids.FIRST_PORT_MODE)
    if line is None and isinstance(mode, int):
        line = _LINE_OF_MODE.get(mode)
    subscriber_model = values.get(oids.SUBSCRIBER_MODEL)
    return Identity(
        model=model,
        line=line,
        serial=text(values.get(oids.BOARD_SERIAL)),
        mac=mac(values.get(oids.BOARD_MAC)),
        firmware=_firmware(values, descr),
        sys_name=text(values.get(oids.SYS_NAME)),
        sys_descr=descr,
        sys_object_id=object_id,
        location=text(values.get(oids.SYS_LOCATION)),
        contact=text(values.get(oids.SYS_CONTACT)),
        subscriber_model=(
            _SUBSCRIBER_MODELS.get(subscriber_model) if isinstance(subscriber_model, int) else None
        ),
    )


def _model(object_id: str | None, descr: str | None) -> tuple[str | None, Line | None]:
    """Return the model's name and line: by number, else by the longest name that it starts with."""
    known = model_of_object_id(object_id) if object_id else None
    if known:
        return known.name, known.line
    own_name = (descr or "").split(" ", 1)[0]
    if own_name.upper().startswith("GAM-"):
        alike = _model_alike(own_name)
        return own_name, alike.line if alike else None
    if object_id and object_id.startswith(PRODUCTS_OID + "."):
        return f"GAM (product {object_id.removeprefix(PRODUCTS_OID + '.')})", None
    return None, None


def _model_alike(own_name: str) -> GamModel | None:
    """GAM-4-CX-AC is a GAM-4-CX with another power supply."""
    names = [name for name in MODELS_BY_NAME if f"{own_name}-".startswith(f"{name}-")]
    return MODELS_BY_NAME[max(names, key=len)] if names else None


def _firmware(values: Mapping[str, SnmpValue], descr: str | None) -> Firmware:
    banks: dict[int, str | None] = {}
    for type_oid, version_oid in zip(oids.FIRMWARE_TYPES, oids.FIRMWARE_VERSIONS, strict=True):
        kind = values.get(type_oid)
        if isinstance(kind, int):
            banks[kind] = plain_version(values.get(version_oid))
    active = banks.get(1)
    if active is None and descr and "firmware" in descr:
        active = plain_version(descr.rpartition("firmware")[2])
    return Firmware(active, banks.get(2))
