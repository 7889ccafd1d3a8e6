"""`sync` beyond the first run: conflicts, what billing is told, hooks, Ctrl-C, a terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from positron_tui.config import sqlite_url
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.sync_runs import Hook
from positron_tui.simulator.billing.book import Standing
from positron_tui.store import open_store
from tests.cli.desk import GARDEN, Desk, desk
from tests.cli.harness import SCRIPT
from tests.cli.terminal import terminal


@pytest.fixture
def isp(tmp_path: Path) -> Iterator[Desk]:
    """A Splynx that is mapped and was synced once."""
    with desk(tmp_path, BillingKind.SPLYNX) as made:
        assert made.connect().code == 0
        made.map()
        made.must("sync", "run", "isp", "--yes")
        yield made


def _other_plans(isp: Desk, place: int) -> tuple[str, str]:
    """Return two plans that a service does not have."""
    names = [one.name for one in isp.book.plans.values() if one.name != isp.runs[place].plan]
    return names[0], names[1]


def _clash(isp: Desk, place: int) -> tuple[str, str]:
    """Change the plan of a service on both sides; return billing's and ours."""
    theirs, ours = _other_plans(isp, place)
    number = next(one.plan_id for one in isp.book.plans.values() if one.name == theirs)
    isp.yard.do(lambda: isp.book.set_plan(isp.sold[place].service_id, number))
    words = ("--unthrottled",) if ours == "Unlimited" else ("--plan", ours)
    isp.must("subscriber", "edit", isp.runs[place].subscriber, *words, "--yes")
    return theirs, ours


def test_a_conflict_waits_and_is_settled_with_either_value(isp: Desk) -> None:
    theirs, _ = _clash(isp, 0)
    _clash(isp, 1)
    ran = isp.run("sync", "run", "isp", "--yes")
    assert ran.code == 0
    assert "plan changed on both sides" in ran.out
    conflicts = {one["account"]: one for one in isp.must("sync", "conflicts")}
    first, second = (conflicts[isp.account(place)] for place in (0, 1))
    assert (first["billing"], first["field"]) == (theirs, "plan")
    table = isp.run("sync", "conflicts", "--system", "isp").out
    assert isp.runs[0].subscriber in table
    (why,) = isp.must("sync", "why", isp.runs[0].subscriber)
    assert why["conflicts"][0]["id"] == first["id"]

    untouched = isp.running_texts()
    words = ("sync", "resolve", str(first["id"]), "--take", "billing")
    dry = isp.run(*words, "--dry-run")
    assert dry.code == 0
    assert theirs in dry.out
    assert isp.running_texts() == untouched
    done = isp.must(*words, "--yes")
    assert [one["items"][0]["outcome"] for one in done] == ["done"]
    assert isp.running_texts() != untouched
    mine = isp.run("sync", "resolve", str(second["id"]), "--take", "console", "--yes")
    assert mine.code == 0
    assert "both keep their own" in mine.out

    assert isp.must("sync", "conflicts") == []
    taken = {one["account"]: one["taken"] for one in isp.must("sync", "conflicts", "--resolved")}
    assert taken == {isp.account(0): "billing", isp.account(1): "console"}
    assert isp.run(*words, "--yes").code == 4
    assert isp.must("sync", "run", "isp", "--yes")["items"] == []


def test_what_nobody_knows_whether_billing_took_it_is_code_5(isp: Desk) -> None:
    isp.must("billing", "map", "isp", "--write-back", "result=service.custom.gam_state", "--yes")
    isp.set_status(Standing.SUSPENDED, 0)
    isp.yard.do(lambda: isp.standin.faults.set("drop-after-write"))

    done = isp.run("sync", "run", "isp", "--only", isp.account(0), "--yes", "--json")
    assert done.code == 5, done.err
    assert done.json["items"][0]["outcome"] == "done"
    assert [one["state"] for one in done.json["writes"]] == ["sent"]
    assert isp.vlans()[isp.runs[0].subscriber] == GARDEN

    isp.yard.do(lambda: isp.standin.faults.clear())
    isp.set_status(Standing.ACTIVE, 0)
    after = isp.run("sync", "run", "isp", "--only", isp.account(0), "--yes")
    assert after.code == 0, after.err
    assert "Billing was told of account" in after.out
    service = isp.sold[0].service_id
    state = isp.yard.do(lambda: isp.book.services[service].custom["gam_state"])
    assert "back in service" in state


def test_what_failed_is_compared_again(isp: Desk) -> None:
    isp.must("device", "edit", "gam-01", "--read-only")
    isp.set_status(Standing.SUSPENDED, 0)
    refused = isp.run("sync", "run", "isp", "--yes")
    assert refused.code == 4
    assert "read-only" in refused.err
    (run,) = isp.must("sync", "log", "--limit", "1")
    bad = isp.must("sync", "show", str(run["id"]), "--only-bad")["items"]
    assert [(one["kind"], one["outcome"]) for one in bad] == [("suspend", "refused")]
    assert isp.run("sync", "retry", str(run["id"]), "--dry-run").code == 0

    isp.must("device", "edit", "gam-01", "--writable")
    again = isp.must("sync", "retry", str(run["id"]), str(bad[0]["item"]), "--yes")
    assert [one["outcome"] for one in again["items"]] == ["done"]
    assert again["accounts"] == [isp.account(0)]
    assert isp.vlans()[isp.runs[0].subscriber] == GARDEN
    assert isp.run("sync", "retry", str(again["id"]), "--yes").code == 1


def test_hooks_are_listed_and_late_ones_are_said(tmp_path: Path) -> None:
    with desk(tmp_path, BillingKind.SPLYNX, plugged=False) as isp:
        assert isp.connect().code == 0
        assert "No hook came in" in isp.run("sync", "hooks").err
        old = datetime.now(UTC) - timedelta(minutes=5)
        hooks = [
            Hook(0, "isp", "digest 1", "edit", old, account_id="7"),
            Hook(0, "isp", "digest 2", "edit", datetime.now(UTC), account_id="8"),
        ]

        async def receive() -> None:
            async with open_store(sqlite_url(tmp_path / "fleet.db")) as store:
                await store.hooks.receive(hooks)

        asyncio.run(receive())

        found = isp.must("sync", "hooks", "--system", "isp", "--state", "received")
        assert [(one["account"], one["late"]) for one in found] == [("8", False), ("7", True)]
        shown = isp.run("sync", "hooks")
        assert "late" in shown.out
        assert "isp: 1 hook waits" in shown.err
        assert "No hook is failed" in isp.run("sync", "hooks", "--state", "failed").err
        assert isp.run("sync", "hooks", "--system", "other").code == 1
        assert isp.must("billing", "list")[0]["late_hooks"] == 1


def test_ctrl_c_ends_a_run_behind_what_is_running(isp: Desk) -> None:
    places = range(len(isp.runs))
    isp.set_status(Standing.SUSPENDED, *places)

    def interrupt() -> None:
        while GARDEN not in isp.vlans().values():
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt, name="a hand on Ctrl-C", daemon=True)
    thread.start()
    done = isp.run("sync", "run", "isp", "--yes", "--allow", str(len(places)))
    thread.join()

    assert done.code == 130
    assert "Bringing the running changes to an end first" in done.err
    assert "goes on" in done.err
    (run,) = isp.must("sync", "log", "--limit", "1")
    assert run["state"] == "cancelled"
    outcomes = [one["outcome"] for one in isp.must("sync", "show", str(run["id"]))["items"]]
    assert set(outcomes) == {"done", "skipped"}
    assert list(isp.vlans().values()).count(GARDEN) == outcomes.count("done")
    assert isp.must("change", "settle") == []


def test_an_unread_unit_is_told(tmp_path: Path) -> None:
    with desk(tmp_path, BillingKind.SPLYNX) as isp:
        assert isp.connect().code == 0
        for unit in isp.units:
            isp.yard.run(unit.stop())
        assert "last read" not in isp.run("sync", "run", "isp", "--dry-run").err
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("positron_tui.cli.sync_runs._OLD", timedelta(0))
            said = isp.run("sync", "run", "isp", "--dry-run").err
        assert "gam-01 was last read" in said
        assert "device poll gam-01" in said


def _typed(isp: Desk, words: tuple[str, ...], *talk: tuple[str, str]) -> tuple[int, str]:
    """Run a command on a real terminal: wait for each question, and type the answer."""
    with terminal([SCRIPT, *words], isp.operator.environment) as screen:
        for question, answer in talk:
            screen.wait_for(question)
            screen.type(f"{answer}\n")
        code = screen.wait_for_end()
        isp.printed.append(screen.shown)
        return code, screen.shown


def test_a_person_on_a_terminal_types_secrets_unseen_and_the_number_of_cuts(
    tmp_path: Path,
) -> None:
    with desk(tmp_path, BillingKind.SPLYNX) as isp:
        said = isp.said
        code, shown = _typed(
            isp,
            ("billing", "add", "splynx", "isp", "--url", said["url"], "--allow-http"),
            ("API key", said["key"]),
            ("API secret", said["secret"]),
            ("Secret of the hook", said["hook_secret"]),
        )
        assert code == 0, shown
        isp.map()
        isp.must("sync", "run", "isp", "--yes")
        count = len(isp.runs)
        isp.set_status(Standing.SUSPENDED, *range(count))
        words: Any = ("sync", "run", "isp")
        code, shown = _typed(isp, words, (f"Type {count} to", "yes"))
        assert code == 1, shown
        assert GARDEN not in isp.vlans().values()
        assert isp.must("sync", "log", "--limit", "1")[0]["state"] == "cancelled"
        code, shown = _typed(isp, words, (f"Type {count} to", str(count)))
        assert code == 0, shown
        assert set(isp.vlans().values()) == {GARDEN}
        for secret in isp.secrets.values():
            assert secret not in "".join(isp.printed)
