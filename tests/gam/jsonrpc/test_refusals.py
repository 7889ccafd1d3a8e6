"""The table of the G.hn module's codes, sent by the virtual unit's own wording of them."""

from __future__ import annotations

import pytest

from positron_tui.domain.errors import GhnRefusal, Retry
from positron_tui.gam.jsonrpc.refusals import ADVICE, retry_class
from positron_tui.simulator.jsonrpc.types import error_struct
from positron_tui.simulator.messages import MESSAGES
from positron_tui.simulator.state import GhnError
from tests.gam.jsonrpc.conftest import odd_client
from tests.gam.jsonrpc.odd_server import Request, envelope, odd_server

CODES = range(-57, 0)


async def test_every_code_arrives_with_its_message_and_advice() -> None:
    async def answer(request: Request) -> bytes:
        code = request.body["params"][0]
        return envelope(request, error=error_struct(GhnError(code)))

    async with odd_server(answer) as odd, odd_client(odd) as client:
        for code in CODES:
            with pytest.raises(GhnRefusal) as caught:
                await client.call("ghnAgent.config.user.set", code)
            error = caught.value
            assert error.module_code == code
            assert error.reply == MESSAGES[-code - 1]
            assert error.retry is retry_class(code)
            assert str(error).endswith(f"({code}). {ADVICE[code]}")


def test_the_table_is_whole_and_in_sentences_of_our_own() -> None:
    assert sorted(ADVICE) == list(CODES)
    for code, advice in ADVICE.items():
        assert advice.endswith(".")
        assert advice[0].isupper()
        assert MESSAGES[-code - 1].lower() not in advice.lower()


def test_what_may_pass_by_itself() -> None:
    later = {code for code in CODES if retry_class(code) is Retry.RETRY_LATER}

    assert later == {-1, -2, -52, -53, -54}
    assert retry_class(-99) is Retry.DO_NOT_RETRY


async def test_a_code_that_nobody_knows_is_kept() -> None:
    async def answer(request: Request) -> bytes:
        data = {"vtss-failing-module": 143, "vtss-module-code": -99}
        return envelope(request, error={"code": -32603, "message": "", "data": data})

    async with odd_server(answer) as odd, odd_client(odd) as client:
        with pytest.raises(GhnRefusal, match=r"no reason given \(-99\)") as caught:
            await client.call("ghnAgent.config.user.set", 1, {})
    assert caught.value.module_code == -99
