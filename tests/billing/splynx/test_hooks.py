"""Hooks: genuine ones reduced to a hint, all others refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.billing.splynx.hooks import PING, read_hook
from positron_tui.billing.splynx.signing import hook_signature
from positron_tui.domain.billing import HookEvent
from positron_tui.domain.errors import HookRefused
from positron_tui.simulator.billing.splynx.hooks import encode
from tests.billing.contract.systems import Splynx

SECRET = "hook-secret"
SERVICES = "models\\common\\customers\\ServicesInternet"
CUSTOMERS = "models\\common\\customers\\Customers"


def message(model: str, action: str = "edit", **data: Any) -> dict[str, Any]:
    return {
        "type": "event",
        "call": "",
        "data": {
            "model": model,
            "action": action,
            "customer_id": "412",
            "result": "success",
            "attributes": {"id": "931", "customer_id": "412"},
            "attributes_additional": [],
            **data,
        },
    }


def told(content: object, *, form: bool = False) -> HookEvent:
    headers, body = encode(content, SECRET, form=form)  # type: ignore[arg-type]
    return read_hook({name.lower(): value for name, value in headers.items()}, body, SECRET)


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize(
    ("content", "event"),
    [
        (message(SERVICES), HookEvent("servicesinternet.edit", "412", "931")),
        (message(SERVICES, "reborn"), HookEvent("servicesinternet.reborn", "412", "931")),
        (
            message(CUSTOMERS, "delete", attributes={"id": "7"}),
            HookEvent("customers.delete", "7"),
        ),
        (
            message(
                "models\\common\\tariffs\\TariffsInternet", customer_id=None, attributes={"id": "3"}
            ),
            HookEvent("tariffsinternet.edit"),
        ),
    ],
)
def test_a_hook_hints_at_what_changed(content: object, event: HookEvent, form: bool) -> None:
    assert told(content, form=form) == event


@pytest.mark.parametrize(
    "content",
    [
        message(SERVICES, "get_list"),
        message(SERVICES, "view"),
        message(SERVICES, result="error"),
        message("models\\admin\\administration\\Locations"),
        message("models\\common\\customers\\CustomersNotes", "create"),
        message("models\\common\\customers\\CustomersOnline"),
        {"type": "ping"},
        {},
    ],
)
def test_what_causes_no_reading_is_not_relevant(content: object) -> None:
    assert not told(content).relevant


def test_the_recorded_message_of_a_reading_is_not_relevant(recorded: dict[str, Any]) -> None:
    assert told(recorded["hook_of_a_reading"]) == HookEvent("locations.get_list", relevant=False)


def test_a_form_may_hold_its_data_as_json() -> None:
    body = urlencode({"type": "event", "data": json.dumps(message(SERVICES)["data"])}).encode()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-splynx-signature": hook_signature(SECRET, body),
    }
    assert read_hook(headers, body, SECRET) == HookEvent("servicesinternet.edit", "412", "931")


def test_a_ping_needs_no_signature_but_no_wrong_one_either() -> None:
    body = b'{"type":"ping"}'
    assert read_hook({}, body, SECRET) == PING
    assert read_hook({}, body, None) == PING
    with pytest.raises(HookRefused, match="wrong signature"):
        read_hook({"x-splynx-signature": "00" * 20}, body, SECRET)


def test_an_event_needs_a_signature_and_its_secret() -> None:
    headers, body = encode(message(SERVICES), SECRET, form=False)
    lower = {name.lower(): value for name, value in headers.items()}
    with pytest.raises(HookRefused, match="without a signature"):
        read_hook({"content-type": "application/json"}, body, SECRET)
    with pytest.raises(HookRefused, match="not known here"):
        read_hook(lower, body, None)
    with pytest.raises(HookRefused, match="wrong signature"):
        read_hook(lower, body, "another-secret")
    with pytest.raises(HookRefused, match="wrong signature"):
        read_hook({**lower, "x-splynx-signature": "\u20ac"}, body, SECRET)


@given(st.binary(max_size=200), st.booleans())
def test_a_changed_body_is_never_taken(noise: bytes, form: bool) -> None:
    headers, body = encode(message(SERVICES), SECRET, form=form)
    lower = {name.lower(): value for name, value in headers.items()}
    if noise:
        with pytest.raises(HookRefused):
            read_hook(lower, body + noise, SECRET)
    signed = {**lower, "x-splynx-signature": hook_signature(SECRET, noise)}
    with contextlib.suppress(HookRefused):
        assert read_hook(signed, noise, SECRET).account_id is None


@pytest.mark.parametrize("form", [False, True])
async def test_hooks_of_the_stand_in_are_taken(splynx: Splynx, form: bool) -> None:
    splynx.quirks.form_hooks = form
    splynx.quirks.read_hooks = True
    splynx.hooks.url = "http://127.0.0.1:9/"
    adapter = splynx.adapter()
    await adapter.plans()
    splynx.book.set_mac(3, "00:0e:d8:12:34:56")
    splynx.stand_in.ping()
    events = [
        event
        for one in splynx.hooks.log
        for event in adapter.hook({k.lower(): v for k, v in one.headers.items()}, one.body)
    ]
    account = str(splynx.book.services[3].account_id)
    assert [one for one in events if one.relevant] == [
        HookEvent("servicesinternet.edit", account, "3")
    ]
    assert events[-1] == PING
    assert events[0].event == "internet.get_list"
