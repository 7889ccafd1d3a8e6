"""Hooks all the way: from the wire, past the adapters' own checks, into the store."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from positron_tui.billing.contract import BillingSecrets
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.sync_runs import BillingSystem
from positron_tui.services.app import Services
from tests.services.conftest import console, make_settings

_SECRETS = BillingSecrets(key="key", secret="secret of the key", hook_secret="secret of the hook")
_BODY = json.dumps(
    {
        "type": "event",
        "call": "event",
        "data": {
            "model": "models\\common\\customers\\ServicesInternet",
            "action": "edit",
            "result": "success",
            "customer_id": "412",
            "attributes": {"id": "931", "customer_id": "412", "status": "stopped"},
        },
    }
).encode()


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with console(make_settings(tmp_path, **{"hooks.port": 0})) as opened:
        system = BillingSystem(
            "isp", BillingKind.SPLYNX, "https://isp.example", {}, opened.clock.now()
        )
        await opened.store.billing.add(system)
        await opened.vault.keep_billing("isp", _SECRETS)
        await opened.hooks.start()
        yield opened


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=services.hooks.url or "") as one:
        yield one


def _signed(secret: str | None) -> dict[str, str]:
    digest = hmac.new((secret or "").encode(), _BODY, hashlib.sha1).hexdigest()
    return {"x-splynx-signature": digest, "content-type": "application/json"}


async def test_a_hook_of_splynx_is_kept_and_a_forged_one_is_not(
    client: httpx.AsyncClient, services: Services
) -> None:
    address = await services.billing.hook_url_path("isp")
    assert (await client.head(address)).status_code == 200
    forged = await client.post(address, content=_BODY, headers=_signed("a guess"))
    assert forged.status_code == 403
    assert await services.store.hooks.list(9) == ()

    genuine = await client.post(address, content=_BODY, headers=_signed(_SECRETS.hook_secret))
    assert genuine.status_code == 200
    (hook,) = await services.store.hooks.waiting(9)
    assert (hook.system, hook.account_id) == ("isp", "412")
    assert (await client.get("/healthz")).json()["systems"] == 1


@pytest.mark.parametrize("address", ["/hooks/isp/more", "/hooks/other", "/hooks/other/more"])
async def test_another_address_is_as_if_there_was_nothing(
    client: httpx.AsyncClient, services: Services, address: str
) -> None:
    for method in ("HEAD", "POST"):
        headers = _signed(_SECRETS.hook_secret)
        answer = await client.request(method, address, content=_BODY, headers=headers)
        assert answer.status_code == 404
    assert await services.store.hooks.list(9) == ()
