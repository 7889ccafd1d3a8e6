"""Random changes under random faults: nothing is told that is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.changing import at
from tests.services.conftest import StartUnit
from tests.services.faulty import IMPATIENT, FaultyUnit, Tally

CHANGES = 15


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_lies_under_faults(tmp_path: Path, start_unit: StartUnit, seed: int) -> None:
    server = await start_unit(model="GAM-4-CX", endpoints=5, seed=seed)
    async with at(tmp_path, server, **IMPATIENT) as services:
        unit, tally = FaultyUnit(services, server, "riser", seed), Tally()
        for _ in range(CHANGES):
            await unit.change(tally)
        assert tally.lies == 0, "\n".join(tally.told)
        assert tally.changes >= CHANGES - 4
        assert tally.ends.get("verified_saved", 0) > 0
        assert set(tally.ends) - {"verified_saved"}
