"""Reading the command line: options in both places, and one sentence for every mistake."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

import pytest

from positron_tui.cli.grammar import build_parser, parse
from positron_tui.cli.main import run
from positron_tui.domain.edits import KEEP
from positron_tui.domain.errors import UsageError
from positron_tui.version import __version__


@pytest.mark.parametrize(
    "argv",
    [
        ["--json", "--db", "x.db", "device", "list"],
        ["device", "--json", "--db", "x.db", "list"],
        ["device", "list", "--json", "--db", "x.db"],
        ["--json", "device", "list", "--db", "x.db"],
        ["--db", "early.db", "device", "list", "--json", "--db", "x.db"],
    ],
)
def test_global_options_stand_before_and_after_the_command(argv: list[str]) -> None:
    options = parse(argv)
    assert options.json is True
    assert options.db == "x.db"
    assert options.handler == "device:list_devices"


def test_a_global_option_that_was_not_given_is_absent() -> None:
    given = vars(parse(["device", "list"]))
    assert not {"config", "db", "secrets_backend", "json"} & set(given)


def test_without_a_command_there_is_no_handler() -> None:
    assert parse([]).handler is None
    assert parse(["--secrets-backend", "memory"]).secrets_backend == "memory"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["devce", "list"], ["'devce'", "'device'"]),
        (["device", "lst"], ["'lst'", "'list'"]),
        (["device", "list", "--jsn"], ["'--jsn'", "'--json'"]),
        (["port", "list", "gam-1", "--fliter=x"], ["'--fliter'", "'--filter'"]),
        (["--secrets-backend", "keyrng", "device", "list"], ["'keyrng'", "'keyring'"]),
        (["device"], ["missing", "discover"]),
        (["device", "show"], ["missing", "NAME"]),
        (["device", "list", "extra"], ["'extra'", "too many"]),
        (["endpoint", "show", "zz"], ["'zz'", "MAC address"]),
        (["port", "show", "gam-1", "99x"], ["'99x'", "port"]),
        (["device", "add", "h", "--snmp-port", "0"], ["--snmp-port", "1-65535"]),
        (["device", "edit", "x", "--read-only", "--writable"], ["--writable", "--read-only"]),
        (["subscriber", "add", "s", "--device", "d", "--port", "1", "--vlan", "-5"], ["--vlan"]),
        (["subscriber", "add", "s", "--device", "d", "--vlan", "5"], ["--endpoint", "--port"]),
        (
            ["subscriber", "add", "s", "--device", "d", "--port", "4", "--vlan", "5", "--allow=x"],
            ["'x'", "list of VLANs"],
        ),
        (["subscriber", "edit", "s", "--tagged", "--untagged"], ["--tagged", "--untagged"]),
        (["subscriber", "edit", "s", "--plan", "P", "--unthrottled"], ["--plan", "--unthrottled"]),
        (["subscriber", "edit", "s", "--trunk", "--no-trunk"], ["--trunk"]),
        (["subscriber", "edit", "s", "--remap", "nine"], ["'nine'", "whole number"]),
        (["subscriber", "edit", "s", "--poe", "perhaps"], ["'perhaps'", "force"]),
        (["subscriber", "swap", "s"], ["missing", "--endpoint"]),
        (["subscriber", "move", "s", "--to", "gam-2"], ["--endpoint", "--port"]),
        (["subscriber", "import"], ["missing", "FILE"]),
        (["endpoint", "add", "000ed81c0001", "--device", "d"], ["missing", "--name"]),
        (["endpoint", "edit", "000ed81c0001", "--port", "99x"], ["'99x'", "port"]),
        (["port", "set", "gam-1", "4", "--enable", "--disable"], ["--enable", "--disable"]),
        (["port", "set", "gam-1", "4", "--mode", "mixed"], ["'mixed'", "siso"]),
        (["plan", "add", "P", "--down", "100"], ["missing", "--up"]),
        (["plan", "add", "P", "--down", "1.5", "--up", "2"], ["'1.5'", "whole number"]),
        (["change", "show", "0"], ["0 is too low"]),
        (["change", "undo", "last"], ["'last'", "whole number"]),
        (["change", "list", "--limit", "0"], ["--limit", "0 is too low"]),
        (["drift", "--reconcile", "both"], ["'both'", "intended"]),
        (["drift", "--kind", "vlan"], ["'vlan'", "subscriber"]),
        (["adopt"], ["missing", "DEVICE"]),
        (["device", "edit", "x", "--json-rpc", "on"], ["'on'", "https"]),
    ],
)
def test_a_mistake_is_one_sentence_with_exit_code_2(
    argv: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(argv) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.rstrip().endswith(".")
    for word in words:
        assert word in shown.err


@pytest.mark.parametrize("spelling", ["4", "1/4", "G.hn 1/4", "ghn 1/4", "g.hn1/4"])
def test_a_port_may_be_spelled_in_many_ways(spelling: str) -> None:
    assert parse(["port", "show", "gam-1", spelling]).port == "G.hn 1/4"


@pytest.mark.parametrize("spelling", ["000ED81C0001", "00-0e-d8-1c-00-01", "000e.d81c.0001"])
def test_a_mac_may_be_spelled_in_many_ways(spelling: str) -> None:
    assert parse(["endpoint", "show", spelling]).mac == "00:0e:d8:1c:00:01"


def test_abbreviated_options_are_refused() -> None:
    with pytest.raises(UsageError, match="--js"):
        parse(["device", "list", "--js"])


def test_every_option_of_subscriber_add() -> None:
    line = (
        "subscriber add smith --device gam-1 --endpoint 000ed81c0001 --vlan 101 --plan 100M "
        "--tagged --remap 200 --port2-vlan 300 --allow 10,20-22 --poe force --description flat "
        "--dry-run --yes"
    )
    options = parse(line.split())
    assert (options.endpoint, options.vlan, options.plan) == ("00:0e:d8:1c:00:01", 101, "100M")
    assert (options.remap, options.port2_vlan, options.allow) == (200, 300, (10, 20, 21, 22))
    assert options.tagged
    assert options.dry_run
    assert options.yes


def test_every_field_of_subscriber_add_that_needs_the_api() -> None:
    line = (
        "subscriber add smith --device gam-1 --port 4 --vlan 101 --untagged --trunk "
        "--outer-vlan 900 --uplink 10G1/1 --unthrottled"
    )
    options = parse(line.split())
    assert (options.port, options.tagged, options.trunk) == ("G.hn 1/4", False, True)
    assert (options.outer_vlan, options.uplink, options.plan) == (900, "10G 1/1", None)
    assert options.allow == ()


EDIT_FIELDS = (
    "new_name",
    "description",
    "vlan",
    "tagged",
    "remap",
    "port2_vlan",
    "allow",
    "trunk",
    "outer_vlan",
    "uplink",
    "plan",
    "poe",
)


def test_an_edit_keeps_what_is_not_named() -> None:
    options = parse(["subscriber", "edit", "smith"])
    assert options.names == ["smith"]
    assert [getattr(options, field) for field in EDIT_FIELDS] == [KEEP] * len(EDIT_FIELDS)


def test_every_option_of_subscriber_edit() -> None:
    line = (
        "subscriber edit smith --device gam-1 --name jones --vlan 101 --untagged --remap 200 "
        "--port2-vlan 300 --allow 10,20-22 --no-trunk --outer-vlan 900 --uplink 10G1/1 "
        "--unthrottled --poe enable --description flat"
    )
    options = parse(line.split())
    values = [getattr(options, field) for field in EDIT_FIELDS]
    assert values[:6] == ["jones", "flat", 101, False, 200, 300]
    assert values[6:] == [(10, 20, 21, 22), False, 900, "10G 1/1", None, "enable"]


def test_none_clears_a_field() -> None:
    words = ["--remap", "none", "--port2-vlan", "none", "--outer-vlan", "none", "--uplink", "none"]
    options = parse(["subscriber", "edit", "smith", "--allow", "none", *words])
    assert (options.remap, options.port2_vlan, options.outer_vlan, options.uplink) == (None,) * 4
    assert options.allow == ()


@pytest.mark.parametrize(("word", "port"), [("auto", "auto"), ("none", "none"), ("4", "G.hn 1/4")])
def test_an_endpoint_belongs_to_a_port_or_none_or_any(word: str, port: str) -> None:
    assert parse(["endpoint", "edit", "000ed81c0001", "--port", word]).port == port


def test_port_settings_are_kept_unless_named() -> None:
    bare = parse(["port", "set", "gam-1", "4"])
    assert (bare.enabled, bare.name, bare.mode) == (KEEP, KEEP, KEEP)
    given = parse(["port", "set", "gam-1", "4", "--disable", "--name", "", "--mode", "siso"])
    assert (given.enabled, given.name, given.mode) == (False, "", "siso")
    assert parse(["port", "set", "gam-1", "4", "--enable"]).enabled is True


FIXED = [
    *(f"subscriber {verb}" for verb in ("add", "edit", "suspend", "resume", "remove", "swap")),
    *("subscriber move", "subscriber import", "subscriber export"),
    *(f"endpoint {verb}" for verb in ("add", "edit", "remove", "reboot", "unprovisioned")),
    "port set",
    *(f"plan {verb}" for verb in ("add", "edit", "remove", "list", "push")),
    *("drift", "adopt"),
    *(f"change {verb}" for verb in ("list", "show", "undo", "settle")),
]
READING = {"subscriber export", "endpoint unprovisioned", "plan list"}
READING |= {"change list", "change show", "change settle"}


@pytest.mark.parametrize("words", FIXED)
def test_what_writes_can_be_planned_and_confirmed_by_option(words: str) -> None:
    leaf = next(one for one in _leaves(build_parser()) if one.prog == f"positron-tui {words}")
    known = {option for action in leaf._actions for option in action.option_strings}
    assert "--json" in known
    assert {"--dry-run", "--yes"} <= known or words in READING


def _leaves(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    actions = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not actions:
        return [parser]
    return [leaf for action in actions for sub in action.choices.values() for leaf in _leaves(sub)]


def test_every_command_has_a_function_that_runs_it() -> None:
    leaves = _leaves(build_parser())
    assert len(leaves) >= 42
    for leaf in leaves:
        module, _, function = str(leaf.get_default("handler")).partition(":")
        loaded = importlib.import_module(f"positron_tui.cli.commands.{module}")
        assert callable(getattr(loaded, function)), leaf.prog


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for leaf in _leaves(build_parser()):
        words = leaf.prog.split()[1:]
        with pytest.raises(SystemExit) as left:
            run([*words, "--help"])
        assert left.value.code == 0
        assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["--version"], ["device", "list", "--version"]])
def test_version_is_data(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(argv) == 0
    assert capsys.readouterr().out == f"positron-tui {__version__}\n"


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from positron_tui.cli.main import run\n"
        "run(['--version'])\n"
        "heavy = {'argparse', 'asyncio', 'pydantic', 'sqlalchemy', 'textual', 'asyncssh', 'json'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
