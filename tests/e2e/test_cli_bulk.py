"""One command for many subscribers: side by side, stopped when it fails, resumed; and CSV."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.harness import TIMEOUT_S, Operator, Unit, configure, simulated


@pytest.fixture(scope="module")
def units() -> Iterator[list[Unit]]:
    with simulated("--model", "GAM-4-CX", "--seed", "8", devices=2) as found:
        yield found


@pytest.fixture
def operator(units: list[Unit], tmp_path: Path) -> Operator:
    one = Operator(tmp_path, POSITRON_TUI_PROVISIONING__WALLED_GARDEN_VLAN="666")
    for unit in units:
        assert one.add(unit, "--accept-host-key", "any", "--writable").code == 0
    return one


def _people(operator: Operator, device: str | None = None) -> dict[str, dict[str, Any]]:
    words = ("subscriber", "list", *((device,) if device else ()))
    return {one["name"]: one for one in operator.must(*words)}


def test_a_filter_suspends_many_and_resumes_them(operator: Operator) -> None:
    before = _people(operator)
    words = ("subscriber", "suspend", "--filter", "!vlan:666")
    plan = operator.must(*words, "--dry-run")
    assert sorted(one["device"] for one in plan["changes"]) == ["gam-01", "gam-02"]
    assert _people(operator) == before
    assert operator.run(*words).code == 2

    done = operator.run(*words, "--yes", "--json")
    assert done.code == 0, done.err
    run = done.json
    assert (run["state"], run["counts"]) == ("finished", {"done": len(before)})
    assert {item["subject"] for item in run["items"]} == set(before)
    assert f"{len(before)} of {len(before)} done" in done.err
    assert {one["vlan"] for one in _people(operator).values()} == {666}

    names = list(before)
    done = operator.run("subscriber", "resume", *names, "--yes")
    assert done.code == 0, done.err
    assert _people(operator) == before
    runs = operator.must("bulk", "list")
    assert [one["total"] for one in runs] == [len(before), len(before)]
    assert runs[0]["id"] > runs[1]["id"]
    assert operator.must("bulk", "show", str(run["id"])) == run


def test_those_that_break_a_rule_are_told_and_the_others_changed(operator: Operator) -> None:
    first, second = list(_people(operator, "gam-01"))[:2]
    done = operator.run(
        *("subscriber", "edit", first, second, "nobody", "--device", "gam-01"),
        *("--description", "both", "--yes", "--json"),
    )
    assert done.code == 4
    assert "nobody" in done.err
    assert done.json["counts"] == {"done": 2}
    assert operator.run("subscriber", "edit", first, second, "--name", "x", "--yes").code == 2


def test_a_run_stops_where_it_fails_and_goes_on_later(
    operator: Operator, units: list[Unit]
) -> None:
    people = list(_people(operator, "gam-01"))
    operator.must("device", "edit", "gam-02", "--read-only")
    words = ("subscriber", "edit", "--filter", "vlan:", "--poe", "disable")
    done = operator.run(*words, "--description", "read-only test", "--yes", "--json")
    assert done.code == 4
    assert "--writable" in done.err
    states = {item["device"]: item["state"] for item in done.json["items"]}
    assert states == {"gam-01": "done", "gam-02": "refused"}
    operator.must("device", "edit", "gam-02", "--writable")
    resumed = operator.run("bulk", "resume", str(done.json["id"]), "--yes", "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.json["counts"] == {"done": len(_people(operator))}
    assert len(people) < resumed.json["total"]


def test_ctrl_c_stops_after_the_running_change_and_says_how_to_go_on(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    with simulated("--model", "GAM-4-CX", "--endpoints", "9", "--fault", "slow=0.03") as found:
        assert operator.add(found[0], "--accept-host-key", "any", "--writable").code == 0
        total = len(_people(operator))
        words = ["subscriber", "edit", "--filter", "vlan:", "--description", "many", "--yes"]
        with operator.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            told = []
            for line in process.stderr:
                told.append(line)
                if line.startswith("1 of"):
                    process.send_signal(signal.SIGINT)
            assert process.wait(TIMEOUT_S) == 130
        assert any("Ctrl-C again" in line for line in told)
        (run,) = operator.must("bulk", "list")
        assert f"'bulk resume {run['id']}'" in told[-1]
        assert run["state"] == "cancelled"
        assert 0 < run["counts"]["done"] < total
        resumed = operator.must("bulk", "resume", str(run["id"]), "--yes")
        assert resumed["counts"] == {"done": total}


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_what_was_exported_is_imported_again(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    done = operator.run("subscriber", "export", str(file))
    assert (done.code, done.out) == (0, "")
    people = _people(operator)
    assert f"{len(people)} subscribers" in done.err
    rows = _rows(file.read_text())
    assert {row["name"] for row in rows} == set(people)
    assert operator.run("subscriber", "export", "--device", "gam-02").out == "".join(
        line for line in file.read_text().splitlines(keepends=True) if ",gam-01" not in f",{line}"
    )

    same = operator.must("subscriber", "import", str(file), "--dry-run")
    assert (same["adds"], same["edits"], same["unchanged"]) == (0, 0, len(people))
    assert same["problems"] == []

    gone, moved = list(_people(operator, "gam-02"))[:2]
    operator.must("subscriber", "remove", gone, "--device", "gam-02", "--yes")
    operator.must("subscriber", "edit", moved, "--device", "gam-02", "--vlan", "930", "--yes")
    plan = operator.must("subscriber", "import", str(file), "--dry-run")
    assert (plan["adds"], plan["edits"]) == (1, 1)
    done = operator.run("subscriber", "import", "-", "--yes", "--json", stdin=file.read_text())
    assert done.code == 0, done.err
    assert done.json["counts"] == {"done": 2}
    assert _people(operator) == people


def test_every_bad_line_is_told_and_nothing_is_done(operator: Operator, tmp_path: Path) -> None:
    people = _people(operator)
    mac = next(iter(people.values()))["endpoint_mac"]
    lines = [
        "device,name,endpoint,vlan",
        f"gam-01,fine,{mac},4094",
        "gam-09,elsewhere,00:0e:d8:00:00:01,700",
        "gam-01,no mac,zz,700",
        "gam-01,no vlan,00:0e:d8:00:00:01,many",
        'gam-01,"tab\there",00:0e:d8:00:00:01,700',
    ]
    file = tmp_path / "bad.csv"
    file.write_text("\n".join(lines) + "\n")
    for extra in ("--dry-run", "--yes"):
        done = operator.run("subscriber", "import", str(file), extra, "--json")
        assert done.code == 4
        assert {one["line"] for one in done.json["problems"]} == {2, 3, 4, 5, 6}
        for number in range(2, 7):
            assert f"line {number}" in done.err
    assert _people(operator) == people
    assert operator.run("subscriber", "import", str(tmp_path / "none.csv"), "--yes").code == 2
    file.write_bytes(b"device,name\n\xff\xfe")
    bad = operator.run("subscriber", "import", str(file), "--yes")
    assert bad.code == 2
    assert "line 2" in bad.err


def test_a_foreign_change_in_the_middle_is_not_overwritten(
    operator: Operator, units: list[Unit]
) -> None:
    """A run plans each item anew, so what changed since the preview is kept."""
    name = next(iter(_people(operator, "gam-01")))
    configure(units[0], "ghn port 4 name surprise")
    done = operator.run(
        *("subscriber", "edit", name, "--device", "gam-01", "--description", "z", "--yes")
    )
    assert done.code == 0
    operator.must("device", "poll", "gam-01")
    port = operator.run("port", "show", "gam-01", "4")
    assert "surprise" in port.out
