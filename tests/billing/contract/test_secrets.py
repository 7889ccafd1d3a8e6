"""Secrets: nothing that is written, logged or told holds one, whatever goes wrong."""

from __future__ import annotations

import contextlib
import logging
import traceback

import pytest

from positron_tui.domain.errors import PositronError
from positron_tui.simulator.billing.faults import REQUEST_FAULTS
from tests.billing.contract.systems import System


async def test_no_secret_is_ever_seen(system: System, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    for fault in ("", *REQUEST_FAULTS):
        if fault:
            system.faults.set(fault)
        adapter = system.adapter(read_timeout_s=0.05, connect_timeout_s=0.05)
        seen.append(repr(adapter.connection))
        for work in (adapter.check(), adapter.account("3"), adapter.add_note("3", "x")):
            try:
                seen.append(repr(await work))
            except PositronError as error:
                seen += ["".join(traceback.format_exception(error)), repr(error)]
        with contextlib.suppress(PositronError):
            async for page in adapter.pages():
                seen.append(repr(page))
        system.faults.clear()
        await adapter.close()
    text = "\n".join([*seen, caplog.text])
    assert len(text) > 10_000
    leaked = [secret for secret in system.secrets() if secret in text]
    assert leaked == []
