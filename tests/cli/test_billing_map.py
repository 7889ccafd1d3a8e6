"""`billing map` by options and by questions, against what a billing system really has."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from positron_tui.cli.mapping_steps import Ask
from positron_tui.cli.mapping_wizard import Wished, Wizard
from positron_tui.cli.output import Output
from positron_tui.domain.billing import BillingKind, BillingPlan, BillingService, BillingStatus
from positron_tui.domain.billing import FieldInfo as Field
from positron_tui.domain.errors import Finding, ValidationFailed
from positron_tui.domain.mapping import BillingMapping, FieldSource, Meaning, Owner, default_mapping
from positron_tui.domain.mapping_check import SystemFacts
from positron_tui.domain.plans import Plan
from tests.cli.desk import Desk, desk


@pytest.fixture
def isp(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, BillingKind.SPLYNX) as made:
        assert made.connect().code == 0
        yield made


def test_what_billing_does_not_have_is_refused(isp: Desk) -> None:
    before = isp.must("billing", "map", "isp", "--show")["mapping"]
    plan = isp.runs[0].plan
    for words, sentences in (
        (["--set", "mac=service.mca"], ["no field 'service.mca'", "'service.mac'"]),
        (["--plan", "Gold=unheard"], ["no plan 'unheard' in the catalogue"]),
        (["--plan", "Gold=none"], ["Billing has no plan 'Gold'"]),
        (["--status", "account:blokced=suspended"], ["'account:blocked'"]),
        (["--write-back", "port=service.id"], ["'service.id' cannot be written"]),
        (
            [f"--write-back={what}=service.custom.gam_state" for what in ("port", "result")],
            ["cannot take both"],
        ),
    ):
        done = isp.run("billing", "map", "isp", *words, "--yes")
        assert done.code in (2, 4), words
        for sentence in sentences:
            assert sentence in done.err
    assert isp.must("billing", "map", "isp", "--show")["mapping"] == before
    assert plan not in before["plans"]


def test_a_change_is_shown_on_real_rows_before_it_is_kept(isp: Desk) -> None:
    plan = isp.runs[0].plan
    isp.must("plan", "add", "Gold", "--down", "300", "--up", "100", "--yes")
    words = ("billing", "map", "isp", "--plan", f"{plan}=Gold", "--set", "vlan=service.custom.vlan")
    untouched = isp.running_texts()

    dry = isp.run(*words, "--preview", "--dry-run")
    assert dry.code == 0
    assert f"plans.{plan}" in dry.out
    assert "billing says account:active, service:active" in dry.out
    assert f"edit {isp.runs[0].subscriber} on gam-01 (plan {plan} > Gold)" in dry.out
    assert f"Of {len(isp.runs)} real rows:" in dry.out.replace("\n", " ")
    assert max(map(len, dry.out.splitlines())) <= 80
    shape = isp.must(*words, "--preview", "50", "--dry-run")
    assert shape["changed"] is False
    mine = next(one for one in shape["preview"] if one["account"] == isp.account(0))
    assert mine["values"]["vlan"] == str(isp.runs[0].vlan)
    assert [one["kind"] for one in mine["items"]] == ["link", "edit"]
    assert isp.must("billing", "map", "isp", "--show")["mapping"]["plans"] == {}

    kept = isp.must(*words, "--yes")
    assert kept["changed"] is True
    assert kept["preview"] is None
    assert any("no meaning yet" in one for one in kept["gaps"])
    assert isp.must("billing", "show", "isp")["mapping"] == kept["mapping"]
    again = isp.run(*words, "--yes")
    assert "changes nothing" in again.err
    assert isp.running_texts() == untouched
    assert isp.must("sync", "log") == []


def test_a_mapping_goes_through_a_file(isp: Desk, tmp_path: Path) -> None:
    isp.map()
    isp.must("billing", "map", "isp", "--rule", "plan=console", "--notes", "--yes")
    mapping = isp.must("billing", "map", "isp", "--show")["mapping"]
    for name in ("mapping.toml", "mapping.json"):
        file = tmp_path / name
        assert isp.run("billing", "map", "isp", "--export", str(file)).code == 0
        text = file.read_text()
        assert (tomllib if name.endswith("toml") else json).loads(text) == mapping
        isp.must("billing", "map", "isp", "--no-notes", "--rule", "plan=ask", "--yes")
        taken = isp.must("billing", "map", "isp", "--import", str(file), "--yes")
        assert taken["mapping"] == mapping
    assert json.loads(isp.run("billing", "map", "isp", "--export", "-").out) == mapping
    (tmp_path / "bad.toml").write_text("sources = 3 = 4")
    bad = isp.run("billing", "map", "isp", "--import", str(tmp_path / "bad.toml"), "--yes")
    assert bad.code == 2
    assert "not TOML" in bad.err


ROWS = tuple(
    BillingService(
        str(number),
        str(number),
        f"Person {number}",
        "active",
        plan=BillingPlan("7", "Home 100", 100_000, 100_000),
        fields={
            "service.mac": f"00:0e:d8:00:00:0{number}",
            "service.custom.place": f"vlan {100 + number}",
            "service.custom.state": "",
        },
    )
    for number in range(1, 4)
)
FACTS = SystemFacts(
    fields=(
        Field("service.id", "ID", "It is Splynx's own number."),
        Field("service.custom.place", "Place"),
        Field("service.custom.state", "State"),
        Field("service.mac", "MAC"),
    ),
    plans=(
        BillingPlan("7", "Home 100", 100_000, 100_000),
        BillingPlan("8", "Gold", 300_000, 100_000),
        BillingPlan("9", "Odd", 1_500, 512),
    ),
    statuses=(BillingStatus("account", "active", True), BillingStatus("account", "late")),
)
CATALOGUE = (Plan("100M", 100, 100), Plan("Silver", 50, 50))


async def _check_plan(plan: Plan) -> None:
    if not plan.name:
        raise ValidationFailed((Finding("name", "It has no name."),))


def _answering(answers: Sequence[str]) -> Ask:
    left = iter(answers)

    async def ask(question: str) -> str:
        return next(left)

    return ask


async def _asked(*answers: str, mapping: BillingMapping | None = None) -> Wished | None:
    """Return what comes of a conversation; every answer must be asked for."""
    left = list(answers)
    wizard = Wizard(
        Output(as_json=False),
        _answering(left),
        _check_plan,
        facts=FACTS,
        rows=ROWS,
        devices=("gam-01",),
        catalogue=CATALOGUE,
    )
    return await wizard.run(mapping or default_mapping(BillingKind.SPLYNX))


NO_FIELDS, NO_PLANS, SAME_STATUSES = ("", "", "", ""), ("", "", ""), ("", "")
END = ("", "", "", "")


async def test_enter_keeps_everything() -> None:
    wished = await _asked(*NO_FIELDS, *NO_PLANS, *SAME_STATUSES, *END)
    assert wished == Wished(default_mapping(BillingKind.SPLYNX))


async def test_every_question_can_be_answered(capsys: pytest.CaptureFixture[str]) -> None:
    wished = await _asked(
        # The MAC; the VLAN with the part that counts, after two that are no good; no device, port.
        *("1", "service.custom.place", "(", r"x(\d+)", "n", r"vlan (\d+)", "y", "-", ""),
        *("1", "new", "none"),
        *("s", "?", "c"),
        *("vlan=billing", "rule plan=billing", "colour=me", ""),
        *("result=service.custom.state", "status=9", "port=service.id", ""),
        *("n", "y"),
    )
    assert wished is not None
    mapping = wished.mapping
    assert mapping.sources["mac"] == FieldSource("service.mac")
    assert mapping.sources["vlan"] == FieldSource("service.custom.place", r"vlan (\d+)")
    assert mapping.plans == {"Home 100": "100M", "Gold": "Gold", "Odd": ""}
    assert wished.plans == (Plan("Gold", 300, 100),)
    assert mapping.statuses["account:active"] is Meaning.SUSPENDED
    assert mapping.statuses["account:late"] is Meaning.CANCELLED
    assert mapping.owners == {"vlan": Owner.BILLING}
    assert mapping.rules == {"plan": Owner.BILLING}
    assert mapping.write_back == {"result": "service.custom.state"}
    assert mapping.notes
    said = capsys.readouterr().err
    for words in (
        "00:0e:d8:00:00:01",
        "'vlan 101' > '101'",
        "'colour' cannot stand",
        "There is no field '9'",
        "There is no field 'service.id'",
    ):
        assert words in said


async def test_nothing_is_taken_by_itself_and_same_is_an_answer() -> None:
    catalogued = await _asked(*NO_FIELDS, "", "", "", *SAME_STATUSES, *END)
    assert catalogued is not None
    assert catalogued.mapping.plans == {}
    same = await _asked(*NO_FIELDS, "Silver", "same", *SAME_STATUSES, *END)
    assert same is not None
    assert same.mapping.plans == {"Home 100": "Silver"}
    assert same.plans == ()


async def test_a_plan_without_whole_rates_is_not_made_up() -> None:
    wished = await _asked(*NO_FIELDS, "", "", "new", "", *SAME_STATUSES, *END)
    assert wished is not None
    assert (wished.mapping.plans, wished.plans) == ({}, ())


async def test_a_step_back_asks_again_and_an_end_keeps_nothing() -> None:
    wished = await _asked(*NO_FIELDS, "1", "b", "-", "", "", "", *NO_PLANS, *SAME_STATUSES, *END)
    assert wished is not None
    assert "mac" not in wished.mapping.sources
    assert await _asked("", "q") is None
