"""Logging in: tokens for many tasks, nonces that only rise, and no hammering."""

from __future__ import annotations

import asyncio

import pytest

from positron_tui.billing.contract import Login
from positron_tui.domain.errors import BillingLoginRefused
from positron_tui.simulator.billing.splynx.gate import TOKEN_LIFE_S
from tests.billing.contract.systems import Splynx


async def test_many_tasks_log_in_once(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    await asyncio.gather(*(adapter.account(str(number)) for number in range(1, 16)))
    assert splynx.stand_in.gate.issued == 1
    assert splynx.stand_in.gate.refused == 0


async def test_a_token_is_renewed_before_its_end_and_once_for_all(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    await adapter.account("1")
    splynx.clock.advance(TOKEN_LIFE_S - 20)
    await asyncio.gather(*(adapter.account(str(number)) for number in range(1, 16)))
    gate = splynx.stand_in.gate
    # The refresh token was enough: the key has signed only once.
    assert (gate.issued, len(gate.nonces), gate.refused) == (2, 1, 0)


async def test_a_token_that_the_server_forgot_is_renewed_once_for_all(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    await adapter.account("1")
    splynx.stand_in.gate.forget_tokens()
    found = await asyncio.gather(*(adapter.account(str(number)) for number in range(1, 16)))
    assert None not in found
    assert splynx.stand_in.gate.issued == 2


async def test_without_a_refresh_token_the_key_logs_in_again(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    await adapter.account("1")
    splynx.stand_in.gate.forget_tokens(refresh_too=True)
    assert await adapter.account("1") is not None
    assert len(splynx.stand_in.gate.nonces) == 2


async def test_a_write_goes_through_a_token_that_was_forgotten(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    await adapter.account("1")
    splynx.stand_in.gate.forget_tokens()
    await adapter.add_note("1", "once")
    assert len(splynx.book.notes_of(1)) == 1


async def test_a_server_clock_that_is_wrong_does_not_cost_a_login_each_time(
    splynx: Splynx,
) -> None:
    # The console's clock is a day ahead: each token looks as if it had ended long ago.
    adapter = splynx.make()
    adapter._login._clock = type(splynx.clock)(splynx.clock.now().replace(day=20))
    for number in range(1, 6):
        await adapter.account(str(number))
    assert splynx.stand_in.gate.issued == 1
    await adapter.close()


async def test_the_token_is_given_back_in_the_end(splynx: Splynx) -> None:
    adapter = splynx.make()
    await adapter.account("1")
    (access, refresh) = splynx.stand_in.gate.all_tokens
    await adapter.close()
    with pytest.raises(Exception, match="expired"):
        splynx.stand_in.gate.check(f"Splynx-EA (access_token={access})", "any")
    with pytest.raises(Exception, match="not found"):
        splynx.stand_in.gate.revoke(refresh)


async def test_wrong_secrets_are_not_tried_again_at_once(splynx: Splynx) -> None:
    adapter = splynx.adapter(wrong_secrets=True)
    done = await asyncio.gather(
        *(adapter.account(str(number)) for number in range(1, 11)), return_exceptions=True
    )
    assert all(isinstance(one, BillingLoginRefused) for one in done)
    assert splynx.stand_in.gate.refused == 1
    splynx.clock.advance(31)
    with pytest.raises(BillingLoginRefused, match="Check key and secret"):
        await adapter.account("1")
    assert splynx.stand_in.gate.refused == 2


async def test_a_lost_answer_to_the_login_costs_a_new_nonce(splynx: Splynx) -> None:
    splynx.faults.set("cut-body=1x")
    assert await splynx.adapter().account("1") is not None
    first, second = splynx.stand_in.gate.nonces
    assert second > first


async def test_nonces_rise_however_many_sign_at_once(splynx: Splynx) -> None:
    adapter = splynx.adapter(login=Login.SIGNED)
    found = await asyncio.gather(*(adapter.account(str(number)) for number in range(1, 16)))
    assert None not in found
    gate = splynx.stand_in.gate
    assert gate.refused == 0
    assert gate.nonces == sorted(set(gate.nonces))
    assert gate.nonces[0] == int(splynx.clock.now().timestamp() * 100)


async def test_nonces_rise_across_restarts_and_clocks_that_go_back(splynx: Splynx) -> None:
    first = splynx.make(login=Login.SIGNED)
    await first.account("1")
    await first.close()
    splynx.clock.advance(-3_600)
    again = splynx.adapter(login=Login.SIGNED)
    assert await again.account("1") is not None
    assert splynx.stand_in.gate.refused == 0


async def test_a_key_that_somebody_else_uses_is_told_as_such(splynx: Splynx) -> None:
    splynx.stand_in.gate.nonces.append(10**15)
    with pytest.raises(BillingLoginRefused, match="no other program uses this API key"):
        await splynx.adapter(login=Login.SIGNED).account("1")


async def test_basic_needs_unsecure_access(splynx: Splynx) -> None:
    with pytest.raises(BillingLoginRefused, match="unsecure access"):
        await splynx.adapter(login=Login.BASIC).account("1")
    splynx.quirks.unsecure_access = True
    assert await splynx.adapter(login=Login.BASIC).account("1") is not None
