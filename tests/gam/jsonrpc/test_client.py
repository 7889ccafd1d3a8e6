"""Calls: answers of a virtual unit, and every way in which an answer can be missing or wrong."""

from __future__ import annotations

import asyncio
import json

import pytest

from positron_tui.domain.errors import (
    CapabilityMissing,
    CommandRejected,
    DeviceUnreachable,
    GhnRefusal,
    Indeterminate,
    LoginRefused,
    PositronError,
    Refused,
    UnexpectedReply,
    UsageError,
)
from positron_tui.gam.exchange import Exchange
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.envelope import ParamsRejected
from positron_tui.gam.jsonrpc.target import JsonRpcTarget
from positron_tui.simulator.jsonrpc.dispatch import METHODS
from positron_tui.simulator.server import SimServer
from tests.gam.jsonrpc.conftest import PASSWORD, client_of, coax_unit, odd_client, serving, until
from tests.gam.jsonrpc.odd_server import Request, envelope, http, odd_server

READ, WRITE = "ghnAgent.config.global.get", "ghnAgent.config.global.set"


async def test_every_get_of_the_unit_answers(client: JsonRpcClient) -> None:
    asked = [
        name for name, method in METHODS.items() if name.endswith(".get") and method.accepts(0)
    ]
    for name in asked:
        assert await client.call(name) is not None
    assert len(asked) > 15


async def test_params_are_a_list_and_every_id_is_new() -> None:
    async def answer(request: Request) -> bytes:
        return envelope(request, request.body["params"])

    async with odd_server(answer) as odd, odd_client(odd) as client:
        assert await client.call(READ) == []
        assert await client.call(READ, "G.hn 1/1", {"Name": "ö"}) == ["G.hn 1/1", {"Name": "ö"}]
    ids = [request.body["id"] for request in odd.requests]
    assert len(set(ids)) == 2
    assert all(set(request.body) == {"method", "params", "id"} for request in odd.requests)
    assert "application/json" in odd.requests[0].head


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ('"error": null, "result": []', []),
        ('"result": {"a": 1}', {"a": 1}),
        ('"error": null, "result": null', None),
        ('"error": null, "result": 0, "jsonrpc": "2.0"', 0),
        ('"error": null, "result": "a\tb"', "a\tb"),
        ('"id": null, "result": false', False),
    ],
)
async def test_success_is_no_error(members: str, expected: object) -> None:
    async def answer(_: Request) -> bytes:
        return http("{" + members + "}")

    async with odd_server(answer) as odd, odd_client(odd) as client:
        assert await client.call(READ) == expected


async def test_a_number_as_id_and_bad_octets_are_understood() -> None:
    async def answer(request: Request) -> bytes:
        body = f'\ufeff{{"id": {request.body["id"]}, "result": "caf'.encode() + b'\xe9"}'
        return http(body)

    async with odd_server(answer) as odd, odd_client(odd) as client:
        assert await client.call(READ) == "caf\ufffd"


async def test_one_call_is_in_flight_at_a_time() -> None:
    under_way, most = 0, 0
    ten_asked = asyncio.Event()

    async def answer(request: Request) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await ten_asked.wait()
        under_way -= 1
        return envelope(request, request.body["params"][0])

    async with odd_server(answer) as odd, odd_client(odd) as client:
        calls = [asyncio.create_task(client.call(READ, number)) for number in range(10)]
        await asyncio.sleep(0)
        ten_asked.set()
        assert await asyncio.gather(*calls) == list(range(10))
    assert most == 1
    assert odd.connections == 1


async def test_a_call_that_waits_for_another_keeps_its_whole_time() -> None:
    never = asyncio.Event()

    async def answer(request: Request) -> bytes:
        if request.body["params"] == ["first"]:
            await never.wait()
        return envelope(request, request.body["params"])

    async with odd_server(answer) as odd, odd_client(odd, timeout_s=0.5) as client:
        assert await client.call(READ, "before") == ["before"]
        first = asyncio.create_task(client.call(READ, "first"))
        second = asyncio.create_task(client.call(READ, "second"))
        with pytest.raises(DeviceUnreachable, match="did not answer"):
            await first
        assert await second == ["second"]


async def test_refusals_of_the_module_keep_their_code(client: JsonRpcClient) -> None:
    with pytest.raises(GhnRefusal) as caught:
        await client.call("ghnAgent.config.userByName.get", "nobody")
    error = caught.value
    assert error.module_code == -7
    assert error.command == "ghnAgent.config.userByName.get"
    assert error.reply == "Non-existing G.hn subscriber"
    assert "(-7). Read the device again" in str(error)


async def test_refusals_of_the_envelope(client: JsonRpcClient) -> None:
    with pytest.raises(CapabilityMissing, match=r"gam-01 .*no\.such\.method.*too old"):
        await client.call("no.such.method")
    with pytest.raises(ParamsRejected, match=r"refused .*Invalid params \(-32602\)"):
        await client.call("ghnAgent.config.port.get", 4)


@pytest.mark.parametrize(
    "error",
    [
        {"code": -32603, "message": "Internal error"},
        {"code": -32603, "message": "x", "data": {"vtss-failing-module": 9}},
        {"code": -32603, "message": "x", "data": {"vtss-module-code": -7}},
        {"code": -32603, "message": "x", "data": [1]},
        {"code": -32000, "message": "Server error"},
        {"code": "odd", "message": 5},
        {},
    ],
)
@pytest.mark.parametrize("method", [READ, WRITE])
async def test_other_refusals_are_rejections(error: object, method: str) -> None:
    async def answer(request: Request) -> bytes:
        return envelope(request, error=error)

    async with odd_server(answer) as odd, odd_client(odd) as client:
        with pytest.raises(CommandRejected, match=r"odd .* refused") as caught:
            await client.call(method)
    assert type(caught.value) is CommandRejected


async def test_a_refusal_with_another_status_is_understood() -> None:
    async def answer(request: Request) -> bytes:
        error = {"code": -32601, "message": "Method not found"}
        body = {"id": request.body["id"], "error": error, "result": None}
        return http(json.dumps(body), status=500)

    async with odd_server(answer) as odd, odd_client(odd) as client:
        with pytest.raises(CapabilityMissing):
            await client.call(WRITE)


BROKEN = {
    "page": http("<html>busy</html>", kind="text/html"),
    "empty": http(""),
    "half": http('{"id": "1", "resu'),
    "array": http("[]"),
    "string": http('"ok"'),
    "neither": http('{"id": "1"}'),
    "other id": http('{"id": "77", "error": null, "result": null}'),
    "odd error": http('{"id": "1", "error": "boom"}'),
    "deep": http("[" * 100_000),
    "huge number": http('{"id": "1", "result": ' + "9" * 5000 + "}"),
    "redirect": b"HTTP/1.1 302 X\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN.keys())
async def test_nonsense_is_unexpected_on_a_read_and_unknown_on_a_write(reply: bytes) -> None:
    async def answer(_: Request) -> bytes:
        return reply

    async with odd_server(answer) as odd:
        async with odd_client(odd) as client:
            with pytest.raises(UnexpectedReply, match="could not be understood"):
                await client.call(READ)
        async with odd_client(odd) as client:
            with pytest.raises(Indeterminate, match="read the device"):
                await client.call(WRITE, {})
    assert odd.methods == [READ, WRITE]


CUT = {
    "at once": None,
    "in the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "in the body": b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"id": "1"',
    "not HTTP": b"% Busy\r\n\r\n",
    "503": http("try later", status=503),
    "JSON of a gateway": http('{"error": {"code": -32601, "message": "bad gateway"}}', status=502),
}


@pytest.mark.parametrize("reply", CUT.values(), ids=CUT.keys())
async def test_broken_answers_are_unreachable_on_a_read_and_unknown_on_a_write(
    reply: bytes | None,
) -> None:
    async def answer(_: Request) -> bytes | None:
        return reply

    async with odd_server(answer, then_close=True) as odd:
        async with odd_client(odd) as client:
            with pytest.raises(DeviceUnreachable, match="try again later"):
                await client.call(READ)
        async with odd_client(odd) as client:
            with pytest.raises(Indeterminate, match="read the device"):
                await client.call(WRITE, {})
    assert odd.methods == [READ, WRITE]


async def test_silence_is_unreachable_on_a_read_and_unknown_on_a_write() -> None:
    done = asyncio.Event()

    async def answer(_: Request) -> None:
        await done.wait()

    async with odd_server(answer) as odd:
        async with odd_client(odd, timeout_s=0.1) as client:
            with pytest.raises(DeviceUnreachable, match=r"did not answer within 0\.1 s"):
                await client.call(READ)
            with pytest.raises(Indeterminate, match=r"did not answer within 0\.1 s after"):
                await client.call(WRITE, {})
        done.set()
    assert odd.methods == [READ, WRITE]


async def test_after_a_time_out_the_next_call_gets_its_own_answer() -> None:
    done = asyncio.Event()

    async def answer(request: Request) -> bytes:
        if request.body["params"] == ["slow"]:
            await done.wait()
        return envelope(request, request.body["params"])

    async with odd_server(answer) as odd, odd_client(odd, timeout_s=0.2) as client:
        with pytest.raises(DeviceUnreachable):
            await client.call(READ, "slow")
        done.set()
        assert await client.call(READ, "next") == ["next"]


async def test_a_drip_of_octets_does_not_hold_a_call_for_ever() -> None:
    async def answer(_: Request) -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"

    async with odd_server(answer) as odd, odd_client(odd, timeout_s=0.1) as client:
        with pytest.raises(Indeterminate):
            await client.call(WRITE, {})


@pytest.mark.parametrize(("method", "kind"), [(READ, UnexpectedReply), (WRITE, Indeterminate)])
async def test_a_reply_has_a_largest_size(method: str, kind: type[PositronError]) -> None:
    async def answer(request: Request) -> bytes:
        return envelope(request, "x" * 50_000)

    async with odd_server(answer) as odd:
        async with odd_client(odd, max_reply_bytes=40_000) as client:
            with pytest.raises(kind, match="longer than 40000 bytes"):
                await client.call(method)
        async with odd_client(odd, max_reply_bytes=60_000) as client:
            assert len(await client.call(method)) == 50_000


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, LoginRefused, "refuses the web login of user admin"),
        (403, CommandRejected, "does not let user admin"),
        (404, CapabilityMissing, "no JSON-RPC API"),
        (405, CommandRejected, "status 405"),
        (413, CommandRejected, "status 413"),
    ],
)
@pytest.mark.parametrize("method", [READ, WRITE])
async def test_statuses_that_turn_a_call_down(
    status: int, kind: type[PositronError], words: str, method: str
) -> None:
    async def answer(_: Request) -> bytes:
        return http("no", status=status)

    async with odd_server(answer) as odd, odd_client(odd) as client:
        with pytest.raises(kind, match=words):
            await client.call(method)
    assert len(odd.requests) == 1


async def test_a_wrong_password_is_refused_once(server: SimServer) -> None:
    async with client_of(server, "wrong") as client:
        with pytest.raises(LoginRefused, match="gam-01"):
            await client.call(WRITE, {})
    server.device.faults.refuse_login = True
    async with client_of(server) as client:
        with pytest.raises(LoginRefused):
            await client.call(READ)


async def test_nothing_listens(server: SimServer) -> None:
    await server.stop()
    async with client_of(server) as client:
        for method in (READ, WRITE):
            with pytest.raises(DeviceUnreachable, match="refuses connections on port"):
                await client.call(method)


@pytest.mark.parametrize(
    ("host", "kind", "words"),
    [
        ("no-such-host.invalid", DeviceUnreachable, "does not resolve"),
        ("bad host", PositronError, "bad host"),
    ],
)
async def test_addresses_that_lead_nowhere(
    host: str, kind: type[PositronError], words: str
) -> None:
    target = JsonRpcTarget(host, 80, allow_plain_http=True)
    async with JsonRpcClient(target, PASSWORD) as client:
        with pytest.raises(kind, match=words):
            await client.call(WRITE)


async def test_plain_http_must_be_allowed(server: SimServer) -> None:
    target = JsonRpcTarget("127.0.0.1", server.http_port, name="gam-01")
    async with JsonRpcClient(target, PASSWORD) as client:
        with pytest.raises(Refused, match=r"gam-01 .*mark the device for plain HTTP"):
            await client.call(READ)


async def test_params_that_json_does_not_have(client: JsonRpcClient) -> None:
    for param in (float("nan"), {1, 2}):
        with pytest.raises(UsageError, match="cannot be written as JSON"):
            await client.call(WRITE, param)


async def test_a_slow_unit_times_out_and_the_truth_is_open() -> None:
    async with serving(coax_unit()) as server:
        server.device.faults.slow_s = 30
        target = JsonRpcTarget(
            "127.0.0.1",
            server.http_port,
            server.device.secrets.ssh_user,
            allow_plain_http=True,
            timeout_s=0.1,
        )
        async with JsonRpcClient(target, server.device.secrets.ssh_password) as client:
            with pytest.raises(Indeterminate):
                await client.call(WRITE, {"EndpointAutoFwUpgrade": False})
            with pytest.raises(DeviceUnreachable):
                await client.call(READ)


async def test_a_restart_in_the_middle_of_a_write_leaves_it_open(server: SimServer) -> None:
    server.device.faults.slow_s = 30
    server.device.restart_seconds = 0.05
    async with client_of(server) as client:
        call = asyncio.create_task(client.call(WRITE, {"EndpointAutoFwUpgrade": False}))
        await until(lambda: bool(server.http._open))
        server.device.reboot()
        with pytest.raises(Indeterminate, match="broke the connection after"):
            await call
        server.device.faults.slow_s = 0
        await until(lambda: server.device.listening)
        assert (await client.call(READ))["EndpointAutoFwUpgrade"] is True


async def test_a_kept_connection_that_the_unit_closed_is_opened_again(server: SimServer) -> None:
    server.device.restart_seconds = 0.05
    async with client_of(server) as client:
        await client.call(READ)
        server.device.reboot()
        await until(lambda: server.device.listening)
        assert await client.call(READ)


async def test_a_cancelled_call_is_logged_and_the_next_one_works(server: SimServer) -> None:
    log: list[Exchange] = []
    server.device.faults.slow_s = 30
    async with client_of(server, log=log) as client:
        call = asyncio.create_task(client.call(READ))
        await until(lambda: bool(server.http._open))
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        server.device.faults.slow_s = 0
        assert await client.call(READ)
    assert [one.ok for one in log] == [False, True]
    assert log[0].reply is None


async def test_every_call_is_told(server: SimServer) -> None:
    log: list[Exchange] = []
    async with client_of(server, log=log) as client:
        await client.call(READ)
        with pytest.raises(GhnRefusal):
            await client.call("ghnAgent.config.user.del", 300)
    first, second = log
    assert (first.device, first.transport, first.ok) == ("gam-01", "jsonrpc", True)
    assert first.command == f"{READ} []"
    assert first.reply is not None
    assert '"SubscriberModel": "endpointAware"' in first.reply
    assert second.command == "ghnAgent.config.user.del [300]"
    assert second.reply == "Non-existing G.hn subscriber (-7)"
    assert not second.ok


async def test_a_closed_client_opens_again(server: SimServer) -> None:
    client = client_of(server)
    await client.call(READ)
    await client.aclose()
    await client.aclose()
    assert await client.call(READ)
    await client.aclose()
