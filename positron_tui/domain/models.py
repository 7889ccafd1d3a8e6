"""The GAM and endpoint models that are known (sysObjectID ...20095.2000.1.<n>, vendor MIB).

Only the number of G.hn ports and the line type are derived from a model's name; a model that is
not here is shown as it calls itself, with line and ports taken from what it answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from positron_tui.domain.devices import Line

PRODUCTS_OID = "1.3.6.1.4.1.20095.2000.1"


@dataclass(frozen=True, slots=True)
class GamModel:
    """One product: `ghn_ports`, line type and number of 10G uplinks (None = unconfirmed)."""

    number: int
    name: str
    ghn_ports: int
    line: Line
    uplinks: int | None


def _model(number: int, name: str, ghn_ports: int, line: Line) -> GamModel:
    uplinks = 2 if ghn_ports in (12, 24) else (1 if line is Line.COAX else None)
    return GamModel(number, name, ghn_ports, line, uplinks)


_COAX = {
    2: ("GAM-4-CRX", 4),
    3: ("GAM-4-CRX-LC", 4),
    4: ("GAM-4-CRX-OPTI", 4),
    10: ("GAM-8-CRX", 8),
    11: ("GAM-8-CRX-LC", 8),
    12: ("GAM-8-CRX-OPTI", 8),
    14: ("GAM-12-C", 12),
    16: ("GAM-24-C", 24),
    18: ("GAM-4-CX", 4),
    20: ("GAM-8-CX", 8),
}
_COPPER = {
    1: ("GAM-4-MRX", 4),
    5: ("GAM-4-MRX-LC", 4),
    6: ("GAM-4-MRX-OPTI", 4),
    7: ("GAM-8-MRX", 8),
    8: ("GAM-8-MRX-LC", 8),
    9: ("GAM-8-MRX-OPTI", 8),
    13: ("GAM-12-M", 12),
    15: ("GAM-24-M", 24),
    17: ("GAM-4-MX", 4),
    19: ("GAM-8-MX", 8),
    21: ("GAM-8-MVX-A", 8),
    22: ("GAM-8-MVX-G", 8),
    23: ("GAM-8-MDVX-A", 8),
    24: ("GAM-8-MDVX-G", 8),
    25: ("GAM-4-MRX-LBE", 4),
    26: ("GAM-8-MRX-LBE", 8),
    27: ("GAM-12-M-LBE", 12),
}
GAM_MODELS: dict[int, GamModel] = {
    **{number: _model(number, name, ports, Line.COAX) for number, (name, ports) in _COAX.items()},
    **{
        number: _model(number, name, ports, Line.COPPER)
        for number, (name, ports) in _COPPER.items()
    },
}
MODELS_BY_NAME = {model.name: model for model in GAM_MODELS.values()}


@dataclass(frozen=True, slots=True)
class EndpointModel:
    """One endpoint product; `ethernet_ports` and `line` are None where no document tells."""

    number: int
    name: str
    line: Line | None
    ethernet_ports: int | None
    poe: bool = False


ENDPOINT_MODELS: dict[int, EndpointModel] = {
    model.number: model
    for model in (
        EndpointModel(1, "G1000-M", Line.COPPER, 2),
        EndpointModel(2, "G1000-C", Line.COAX, 2),
        EndpointModel(3, "G1001-M", Line.COPPER, 1),
        EndpointModel(4, "G1001-C", Line.COAX, 1),
        EndpointModel(8, "G1001-MR", Line.COPPER, 1),
        EndpointModel(9, "G1001-CR", Line.COAX, 1),
        EndpointModel(11, "G1001-MP", Line.COPPER, 1),
        EndpointModel(12, "G2002-M", Line.COPPER, 2),
        EndpointModel(13, "G1002-C", Line.COAX, 2),
        EndpointModel(14, "G2002-M+", Line.COPPER, 2, poe=True),
        EndpointModel(15, "G1002-C+", Line.COAX, 2, poe=True),
        EndpointModel(16, "G1002-M", Line.COPPER, 2),
        EndpointModel(17, "G1002-M+", Line.COPPER, 2, poe=True),
    )
}
ENDPOINT_MODELS_BY_NAME = {model.name: model for model in ENDPOINT_MODELS.values()}


def model_of_object_id(object_id: str) -> GamModel | None:
    """Return the model behind a sysObjectID, or None when it is not a known GAM."""
    head, _, tail = object_id.strip(".").rpartition(".")
    if head != PRODUCTS_OID or not tail.isdigit():
        return None
    return GAM_MODELS.get(int(tail))
