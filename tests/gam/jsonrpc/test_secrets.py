"""The password goes into the request's header and nowhere else."""

from __future__ import annotations

import base64
import logging
import traceback

import pytest

from positron_tui.domain.errors import PositronError
from positron_tui.gam.exchange import Exchange
from positron_tui.gam.jsonrpc.shown import Veil
from tests.gam.jsonrpc.conftest import PASSWORD, odd_client
from tests.gam.jsonrpc.odd_server import Request, envelope, http, odd_server

ENCODED = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
PARAM = "s3cret-param"
READ, WRITE = "ghnAgent.config.global.get", "ghnAgent.config.global.set"
ECHOES = {
    "result": lambda request: envelope(request, {"Motd": request.head, "Text": PASSWORD}),
    "message": lambda request: envelope(
        request, error={"code": -32603, "message": f"{request.head} {PASSWORD}"}
    ),
    "message of the module": lambda request: envelope(
        request,
        error={
            "code": -32603,
            "message": f"{request.head} {PASSWORD}",
            "data": {"vtss-failing-module": 143, "vtss-module-code": -1},
        },
    ),
    "page": lambda request: http(f"<pre>{request.head} {PASSWORD}</pre>", kind="text/html"),
    "refused": lambda request: http(f"{request.head} {PASSWORD}", status=401),
    "failed": lambda request: http(f"{request.head} {PASSWORD}", status=500),
    "not HTTP": lambda request: f"{PASSWORD} {ENCODED}\r\n\r\n".encode(),
}


@pytest.mark.parametrize("kind", ECHOES)
@pytest.mark.parametrize("method", [READ, WRITE])
async def test_a_device_that_repeats_the_login(
    kind: str, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    log: list[Exchange] = []
    said = ""

    async def answer(request: Request) -> bytes:
        return ECHOES[kind](request)

    async with (
        odd_server(answer, then_close=True) as odd,
        odd_client(odd, log) as client,
    ):
        try:
            await client.call(method, {"Password": PARAM})
        except PositronError as error:
            said = f"{error} {error!r} {error.__dict__} " + "".join(
                traceback.format_exception(error)
            )
        shown = f"{said} {client!r} {client.target!r} {vars(client)['_veil']!r}"
    assert ENCODED in odd.requests[0].head
    # The HTTP library's own traces, which nobody switches on, quote a malformed head.
    traces = {"httpcore.http11", "httpcore.connection"} if kind == "not HTTP" else set()
    written = [one.getMessage() for one in caplog.records if one.name not in traces]
    assert caplog.records
    everything = f"{shown} {written} {log!r}"
    for secret in (PASSWORD, ENCODED, PARAM):
        assert secret not in everything
    assert len(log) == 1


def test_members_that_are_named_like_secrets_are_hidden() -> None:
    struct = {
        "UserName": "device",
        "Password": "p1-secret",
        "PasswordLevel15": "p2-secret",
        "EncryptedPassword": "p3-secret",
        "Community": "p4-secret",
        "SharedKey": "p5-secret",
        "FirmwareEncryptionKeyID": "p6-known",
        "Nested": [{"AuthPassphrase": "p7-secret"}],
        "Url": "ftp://user:p8-secret@192.0.2.1/x.mfip",
        "Text": "username admin password encrypted p9-secret",
        "Rfc5517Community": 12,
    }
    veil = Veil("admin", PASSWORD)
    shown = veil.call("some.method.set", [{"key": "Apt 1"}, struct])

    assert "-secret" not in shown
    for kept in ('"UserName": "device"', '"key": "Apt 1"', '"Rfc5517Community": 12', "192.0.2.1"):
        assert kept in shown
    assert "-secret" not in veil.result([{"key": 1, "val": struct}])


def test_a_table_is_shown_by_its_first_rows() -> None:
    shown = Veil("admin", "").result([{"key": n, "val": {}} for n in range(300)])

    assert shown.endswith("… (300 rows)")
    assert len(shown) < 400


def test_foreign_texts_are_printable_and_short() -> None:
    shown = Veil("admin", "").result({"Name": "a\x1b[31m\u202eb" + "x" * 9000})

    assert "\x1b" not in shown
    assert len(shown) < 2100


def test_a_deep_reply_is_cut() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]

    assert "…" in Veil("admin", "").result(deep) or "?" in Veil("admin", "").result(deep)
