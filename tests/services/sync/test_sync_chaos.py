"""A daemon that is killed in the middle of its work, while billing misbehaves, tells no lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from tests.services.sync.chaos import WIDE, Chaos, daemon_of
from tests.services.sync.world import world

SYNCS = 6


@pytest.mark.parametrize("kind", list(BillingKind))
async def test_billing_intent_and_units_agree_in_the_end(tmp_path: Path, kind: BillingKind) -> None:
    async with world(tmp_path, kind, units=2, overrides=WIDE) as made:
        await made.sync()
        async with daemon_of(made, tmp_path, made.services.settings.db) as daemon:
            chaos = Chaos(made, daemon, seed=1)
            await chaos.run(SYNCS)

    assert chaos.tally.told == []
    assert chaos.tally.wrong_suspensions == 0
    assert chaos.tally.differing == 0
    assert chaos.tally.syncs >= SYNCS
