"""An operator's evening with a billing system: added, checked, mapped, looked at, synced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from positron_tui.domain.billing import BillingKind
from positron_tui.simulator.billing.book import Standing
from tests.cli.desk import GARDEN, Desk, desk


@pytest.fixture(params=list(BillingKind))
def isp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def splynx(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, BillingKind.SPLYNX) as made:
        yield made


def _everything_written(home: Path) -> bytes:
    """Return all that is below a home, but the encrypted vault."""
    files = [one for one in home.rglob("*") if one.is_file() and one.suffix != ".vault"]
    return b"\n".join(one.read_bytes() for one in files)


def test_an_operator_connects_billing_and_runs_the_first_sync(isp: Desk) -> None:
    kind = isp.said["system"]
    added = isp.connect()
    assert added.code == 0, added.err
    assert "hooks go to" in added.err
    assert f"{len(isp.runs)}" in added.out
    (system,) = isp.must("billing", "list")
    assert (system["kind"], system["automatic"], system["newest_run"]) == (kind, False, None)

    # Not a single plan has a meaning yet, so nothing may be done.
    unmapped = isp.must("sync", "run", "isp", "--dry-run")
    assert {one["kind"] for one in unmapped["items"]} == {"exception", "link"}
    isp.map()
    untouched = isp.running_texts()
    dry = isp.must("sync", "run", "isp", "--dry-run")
    assert (dry["state"], {one["kind"] for one in dry["items"]}) == ("finished", {"link"})
    first = isp.must("sync", "run", "isp", "--yes")
    assert len(first["items"]) == len(isp.runs)
    assert isp.running_texts() == untouched
    assert isp.must("billing", "list")[0]["automatic"] is True

    isp.set_status(Standing.SUSPENDED, 0)
    shown = isp.run("sync", "run", "isp", "--only", isp.account(0), "--dry-run")
    assert shown.code == 0
    assert "status active > suspended. Billing has it suspended." in shown.out
    assert isp.running_texts() == untouched
    done = isp.must("sync", "run", "isp", "--only", isp.account(0), "--yes")
    (item,) = done["items"]
    assert (item["kind"], item["outcome"]) == ("suspend", "done")
    assert isp.vlans()[isp.runs[0].subscriber] == GARDEN
    assert isp.must("change", "show", str(item["change"]))["state"] == "verified_saved"

    _tells_the_story(isp, done["id"])
    _keeps_the_secrets(isp)


def _tells_the_story(isp: Desk, run_id: int) -> None:
    name = isp.runs[0].subscriber
    (why,) = isp.must("sync", "why", name)
    assert why["intended"]["status"] == "suspended"
    assert why["billing"]["values"]["status"] == "suspended"
    assert [one["run"] for one in why["items"]][:1] == [run_id]
    words = isp.run("sync", "why", name)
    assert name in words.out
    assert "suspended" in words.out
    assert max(map(len, words.out.splitlines())) <= 80
    assert isp.must("sync", "log")[0]["id"] == run_id
    assert isp.must("sync", "log", "--system", "isp", "--limit", "1")[0]["id"] == run_id
    assert isp.must("sync", "show", str(run_id), "--filter", "kind:suspend")["items"]
    assert isp.must("sync", "show", str(run_id), "--only-bad")["items"] == []
    assert isp.must("sync", "conflicts") == []
    assert isp.must("sync", "hooks") == []
    removed = isp.run("billing", "remove", "isp", "--yes")
    assert removed.code == 0
    assert "sync log stay" in removed.err
    assert isp.must("billing", "list") == []
    assert isp.must("sync", "log")[0]["id"] == run_id


def _keeps_the_secrets(isp: Desk) -> None:
    """None of the secrets that were used stands anywhere but in the vault."""
    assert len(isp.secrets) >= 1
    log = isp.operator.home / "console.log"
    assert log.exists()
    written = _everything_written(isp.operator.home)
    for secret in isp.secrets.values():
        assert secret.encode() not in written
        assert secret not in "".join(isp.printed)
        assert secret not in isp.words


def test_a_secret_path_of_hooks_is_shown_only_when_asked_for(tmp_path: Path) -> None:
    with desk(tmp_path, BillingKind.SONAR, plugged=False) as isp:
        assert isp.connect().code == 0
        path = isp.must("billing", "show", "isp", "--hook-path")["hook_path"]
        secret = path.rsplit("/", 1)[1]
        assert path == f"/hooks/isp/{secret}"
        printed = "".join(isp.printed[:-2])
        assert len(secret) > 20
        assert secret not in printed
        assert "hook_path" not in isp.must("billing", "show", "isp")
        assert secret.encode() not in _everything_written(tmp_path)


def test_many_suspensions_need_a_number(splynx: Desk) -> None:
    assert splynx.connect().code == 0
    splynx.map()
    splynx.must("sync", "run", "isp", "--yes")
    count = len(splynx.runs)
    splynx.set_status(Standing.SUSPENDED, *range(count))

    refused = splynx.run("sync", "run", "isp", "--yes")
    assert refused.code == 4
    assert f"--allow {count}" in refused.err
    too_few = splynx.run("sync", "run", "isp", "--yes", "--allow", str(count - 1))
    assert too_few.code == 4
    assert GARDEN not in splynx.vlans().values()
    (waiting,) = splynx.must("sync", "log", "--limit", "1")
    assert waiting["state"] == "waiting"
    said_no = splynx.run("sync", "discard", str(waiting["id"]))
    assert said_no.code == 0
    assert splynx.run("sync", "discard", str(waiting["id"])).code == 4

    done = splynx.must("sync", "run", "isp", "--yes", "--allow", str(count))
    assert {one["outcome"] for one in done["items"]} == {"done"}
    assert set(splynx.vlans().values()) == {GARDEN}


@pytest.mark.parametrize("fault", ["error-403", "garbage"])
def test_billing_that_fails_changes_nothing(splynx: Desk, fault: str) -> None:
    assert splynx.connect().code == 0
    splynx.map()
    splynx.must("sync", "run", "isp", "--yes")
    untouched = splynx.running_texts()
    splynx.set_status(Standing.SUSPENDED, 0)
    splynx.yard.do(lambda: splynx.standin.faults.set(fault))

    done = splynx.run("sync", "run", "isp", "--yes")

    assert done.code == {"error-403": 3, "garbage": 1}[fault]
    assert splynx.running_texts() == untouched
    (failed,) = splynx.must("sync", "log", "--limit", "1")
    assert failed["state"] == "failed"
    assert "Nothing was changed" in failed["sentence"]
    checked = splynx.run("billing", "check", "isp")
    assert checked.code in (1, 3)
    for secret in splynx.secrets.values():
        assert secret not in "".join(splynx.printed)


def test_billing_that_is_gone_is_code_3_and_nothing_is_kept(tmp_path: Path) -> None:
    with desk(tmp_path, BillingKind.SPLYNX, plugged=False) as isp:
        said, secrets = isp.said, json.dumps(isp.secrets)
        isp.yard.run(isp.standin.stop())
        done = isp.run(
            *("billing", "add", "splynx", "isp", "--url", said["url"], "--allow-http"),
            "--secrets-stdin",
            stdin=secrets,
        )
        assert done.code == 3
        assert isp.must("billing", "list") == []


def test_without_an_answer_nothing_is_begun(splynx: Desk) -> None:
    assert splynx.connect().code == 0
    for words in (
        ("sync", "run", "isp"),
        ("sync", "resolve", "1", "--take", "billing"),
        ("sync", "retry", "1"),
        ("billing", "map", "isp", "--notes"),
        ("billing", "map", "isp"),
        ("billing", "remove", "isp"),
    ):
        done = splynx.run(*words)
        assert done.code == 2, words
        assert "Nobody can be asked" in done.err
    assert splynx.must("sync", "log") == []
