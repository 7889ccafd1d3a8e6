"""What only Splynx does with lists, permissions and errors."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from positron_tui.billing.contract import BillingSecrets, Connection, Login
from positron_tui.billing.splynx.adapter import SplynxAdapter
from positron_tui.billing.splynx.layout import read_entity
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingIndeterminate,
    BillingLoginRefused,
    BillingRejected,
    ConfigError,
    CredentialError,
)
from positron_tui.simulator.billing.splynx.shapes import planted_secret
from tests.billing.contract.systems import Splynx
from tests.billing.contract.test_reading import everything, ids
from tests.billing.stand import Reply, ScriptedServer, Waits
from tests.clocks import FrozenClock


async def test_a_server_that_gives_shorter_pages_is_read_to_the_end(splynx: Splynx) -> None:
    splynx.quirks.page_cap = 3
    assert ids(await everything(splynx.adapter())) == sorted(splynx.book.services)


async def test_a_server_that_does_not_count_is_read_to_the_end(splynx: Splynx) -> None:
    splynx.quirks.head_counts = False
    pages = [page async for page in splynx.adapter().pages()]
    assert {page.total for page in pages} == {None}
    assert sum(len(page.services) for page in pages) == len(splynx.book.services)


async def test_pages_that_lose_rows_are_healed_or_told(splynx: Splynx) -> None:
    splynx.faults.set("half-page=0.1")
    whole = 0
    for _ in range(8):
        with contextlib.suppress(BillingAnswer):
            found = await everything(splynx.adapter())
            assert ids(found) == sorted(splynx.book.services)
            whole += 1
    assert splynx.faults.struck["half-page"] > 4
    assert 0 < whole < 8


async def test_a_service_of_an_unlisted_customer_is_read_with_that_customer(
    splynx: Splynx,
) -> None:
    found: list[str] = []
    async for page in splynx.adapter().pages():
        if not found:
            late = splynx.book.add_account("Late Arrival")
            splynx.book.add_service(late.account_id, 1)
        found += [one.account_name for one in page.services]
    assert "Late Arrival" in found


async def test_secrets_are_not_in_what_is_read(splynx: Splynx) -> None:
    found = await everything(splynx.adapter())
    text = repr(found)
    assert "password" not in text
    for number in splynx.book.services:
        assert planted_secret("service", number) not in text
        assert planted_secret("wifi", number) not in text
    assert "service.custom.wifi_access" not in found[0].fields
    assert found[0].fields["service.custom.gam"]


async def test_without_options_no_custom_field_is_used(splynx: Splynx) -> None:
    splynx.quirks.tells_options = False
    adapter = splynx.adapter()
    check = await adapter.check()
    assert check.services == len(splynx.book.services)
    assert len([one for one in check.problems if "none of those is used" in one]) == 2
    found = await everything(adapter)
    assert ids(found) == sorted(splynx.book.services)
    assert not any(".custom." in name for one in found for name in one.fields)
    with pytest.raises(BillingRejected, match="no such field"):
        await adapter.write(found[0], {"service.custom.vlan": "7"})


@pytest.mark.parametrize("module", ["logs", "notes", "tariffs", "customers", "services"])
async def test_a_missing_permission_is_a_sentence_and_not_the_end(
    splynx: Splynx, module: str
) -> None:
    splynx.quirks.denied = {module}
    problems = (await splynx.adapter().check()).problems
    assert problems
    assert all(one.endswith(".)") or one.endswith(".") for one in problems)
    assert any("Administration > API keys" in one for one in problems)


async def test_what_may_not_be_read_is_no_empty_list(splynx: Splynx) -> None:
    splynx.quirks.denied = {"customers"}
    with pytest.raises(BillingLoginRefused):
        await everything(splynx.adapter())
    with pytest.raises(BillingLoginRefused):
        await splynx.adapter().account("4")


async def test_notes_that_are_not_listed_are_unknown(splynx: Splynx) -> None:
    splynx.quirks.notes_listed = False
    adapter = splynx.adapter()
    await adapter.add_note("2", "change 1")
    assert await adapter.has_note("2", "change 1") is None


async def test_a_failure_inside_is_asked_once_more(splynx: Splynx) -> None:
    adapter = splynx.adapter(login=Login.SIGNED)
    splynx.faults.set("error-500=1x")
    assert await adapter.plans()
    splynx.faults.set("error-500=2x")
    with pytest.raises(BillingAnswer, match="failed inside"):
        await adapter.plans()


async def test_a_refused_value_is_told_with_the_words_of_splynx(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    (service,) = await adapter.account("1") or ()
    with pytest.raises(BillingRejected, match=r"status: Status is invalid"):
        await adapter.write(service, {"account.status": "sleeping"})


async def test_a_part_that_was_written_is_told_as_open(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    (service,) = await adapter.account("1") or ()
    with pytest.raises(BillingIndeterminate, match="Only a part was written"):
        await adapter.write(service, {"service.custom.vlan": "7", "account.status": "sleeping"})
    assert splynx.book.service(int(service.service_id)).custom["vlan"] == "7"


async def test_who_comes_back_has_services_with_new_numbers(splynx: Splynx) -> None:
    splynx.quirks.copies_services = True
    adapter = splynx.adapter()
    (before,) = await adapter.account("1") or ()
    splynx.book.set_status(1, "cancelled")
    gone = await adapter.account("1") or ()
    assert [one.service_status for one in gone] == ["disabled", "stopped"]
    splynx.book.set_status(1, "active")
    back = await adapter.account("1") or ()
    assert [one.service_status for one in back] == ["disabled", "active"]
    assert back[0].service_id == before.service_id
    assert back[1].fields["service.mac"] == before.fields["service.mac"]


async def test_the_plan_is_left_to_people(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    fields = {one.name: one for one in await adapter.fields()}
    assert "prices and dates" in (fields["service.plan"].why_read_only or "")
    assert fields["account.custom.contract_no"].why_read_only
    assert "service.custom.wifi_access" not in fields
    assert "service.password" not in fields


async def test_one_change_is_told_once(splynx: Splynx) -> None:
    adapter = splynx.adapter()
    splynx.book.set_status(2, "suspended")
    cursor = (await adapter.changed(None)).cursor
    splynx.book.set_plan(splynx.book.services_of(3)[0].service_id, 6)
    told = await adapter.changed(cursor)
    assert told.account_ids == ("3",)
    assert (await adapter.changed(told.cursor)).account_ids == ()
    splynx.clock.advance(86_400)
    later = await adapter.changed(told.cursor)
    assert later.account_ids == ()
    splynx.clock.advance(3 * 86_400)
    assert '"seen": []' in (await adapter.changed(later.cursor)).cursor


async def test_a_cursor_that_makes_no_sense_begins_now(splynx: Splynx) -> None:
    splynx.book.set_status(2, "suspended")
    assert (await splynx.adapter().changed("yesterday")).account_ids == ()


def test_recorded_customers_have_what_is_needed(recorded: dict[str, Any]) -> None:
    entity = read_entity("account", recorded["customer_options"])
    assert entity.missing() == ()
    assert entity.custom == ()
    assert "account.name" in {one.name for one in entity.infos()}


def test_a_connection_that_cannot_work_is_refused_at_once() -> None:
    async def nonce(floor: int) -> int:
        return floor

    good = Connection("isp", BillingKind.SPLYNX, "https://isp.example")
    with pytest.raises(CredentialError):
        SplynxAdapter(good, BillingSecrets(key="k"), nonce)
    lost = Connection("isp", BillingKind.SPLYNX, "https://isp.example", timezone="Mars/Base")
    with pytest.raises(ConfigError, match="Mars/Base"):
        SplynxAdapter(lost, BillingSecrets(key="k", secret="s"), nonce)


@pytest.fixture
async def scripted() -> AsyncIterator[tuple[ScriptedServer, SplynxAdapter]]:
    """Yield a server that answers as told, and an adapter of it that logs in by Basic."""
    server = ScriptedServer()
    connection = Connection(
        "isp",
        BillingKind.SPLYNX,
        await server.start(),
        login=Login.BASIC,
        allow_http=True,
        requests_per_s=0,
    )

    async def nonce(floor: int) -> int:
        return floor

    adapter = SplynxAdapter(
        connection,
        BillingSecrets(key="key-key", secret="secret-secret"),
        nonce,
        clock=FrozenClock(),
        sleep=Waits(),
    )
    yield server, adapter
    await adapter.close()
    await server.stop()


GONE = b'{"error":{"message":"x","code":404,"internal_code":"NOT_FOUND"}}'
RED = b'{"error":{"message":"\\u001b[31mRed\\u0007"}}'
OPTIONS = Reply(body=b'{"attributes":[],"additional_attributes":[]}')


@pytest.mark.parametrize(
    ("replies", "error", "words"),
    [
        ([Reply(404, b"<h1>Not Found</h1>")], BillingAnswer, "status 404"),
        ([Reply(404, GONE), Reply(body=b'[{"id":"4"}]')], BillingAnswer, "and lists it"),
        ([Reply(body=b"[]")], BillingAnswer, "not an object with an id"),
        ([Reply(body=b"[" * 100_000)], BillingAnswer, "not JSON"),
        ([Reply(401, b'"Unauthorized"')], BillingLoginRefused, r"\(Unauthorized\)"),
        (
            [
                Reply(
                    405,
                    b'{"error":{"message":"Method is disabled!","code":405,'
                    b'"internal_code":"METHOD_DISABLED"}}',
                )
            ],
            BillingLoginRefused,
            "switched off: Method is disabled!",
        ),
        (
            [Reply(405, b'{"error":{"internal_code":"NOT_ALLOWED_BY_PARTNER_RESTRICTION"}}')],
            BillingLoginRefused,
            "may not be used",
        ),
        (
            [Reply(400, RED)],
            BillingAnswer,
            r": .\[31mRed.\.\Z",
        ),
    ],
)
async def test_no_strange_answer_means_that_a_customer_is_gone(
    scripted: tuple[ScriptedServer, SplynxAdapter],
    replies: list[Reply],
    error: type[Exception],
    words: str,
) -> None:
    server, adapter = scripted
    server.replies = [OPTIONS, OPTIONS, *replies]
    with pytest.raises(error, match=words) as caught:
        await adapter.account("4")
    assert "\x1b" not in str(caught.value)
    assert "secret-secret" not in str(caught.value)


async def test_gone_is_gone_where_both_say_so(
    scripted: tuple[ScriptedServer, SplynxAdapter],
) -> None:
    server, adapter = scripted
    server.replies = [OPTIONS, OPTIONS, Reply(404, GONE), Reply(body=b"[]")]
    assert await adapter.account("4") is None


@pytest.mark.parametrize(
    "rows",
    [b'[{"id":1},{"id":1}]', b'[{"id":2},{"id":1}]', b'[{"title":"x"}]', b"[1]", b'{"id":1}'],
)
async def test_a_list_out_of_order_is_not_believed(
    scripted: tuple[ScriptedServer, SplynxAdapter], rows: bytes
) -> None:
    server, adapter = scripted
    server.replies = [Reply(body=b'[{"id":9}]'), Reply(body=rows)]
    with pytest.raises(BillingAnswer, match="cannot be used"):
        await adapter.plans()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            b'[{"field":"login","message":"is taken"},{"message":"too long"}]',
            "login: is taken; too",
        ),
        (b'{"error":{"message":"no such thing"}}', "no such thing"),
        (b'{"message":"plain"}', "plain"),
        (b"", "status 422"),
    ],
)
async def test_a_refusal_may_have_many_shapes(
    scripted: tuple[ScriptedServer, SplynxAdapter], body: bytes, words: str
) -> None:
    server, adapter = scripted
    server.replies = [Reply(422, body)]
    with pytest.raises(BillingRejected, match=words):
        await adapter.add_note("4", "x")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"id":null}'])
async def test_a_note_without_a_number_may_not_be_there(
    scripted: tuple[ScriptedServer, SplynxAdapter], body: bytes
) -> None:
    server, adapter = scripted
    server.replies = [Reply(201, body)]
    with pytest.raises(BillingIndeterminate):
        await adapter.add_note("4", "x")
    assert len(server.seen) == 1
