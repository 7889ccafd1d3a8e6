"""The API of a unit over TLS: looked at, pinned, used, and refused when it is another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.harness import Operator, Unit, simulated
from tests.cli.tls_front import tls_front


@pytest.fixture
def unit() -> Iterator[Unit]:
    with simulated("--model", "GAM-4-CX", "--seed", "5", "--https") as found:
        yield found[0]


def _bare(fingerprint: str) -> str:
    """Return it as another tool would print it."""
    return fingerprint.removeprefix("SHA256:").replace(":", "").lower()


def test_a_certificate_is_pinned_before_the_api_is_used(unit: Unit, tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    assert operator.add(unit, "--accept-host-key", "any", "--writable").code == 0
    name = operator.must("subscriber", "list")[0]["name"]
    edit = ("subscriber", "edit", name, "--outer-vlan", "900", "--yes")
    over_tls = ("--json-rpc", "https", "--https-port", str(unit["https_port"]))
    words = ("device", "edit", "gam-01", *over_tls)
    unknown = operator.run(*words)
    assert unknown.code == 4
    assert unit["certificate"] in unknown.err
    assert "--accept-certificate" in unknown.err
    assert operator.must("device", "show", "gam-01")["json_rpc"] == "off"
    wrong = operator.run(*words, "--accept-certificate", "SHA256:AA:BB")
    assert wrong.code == 4
    assert operator.run(*edit).code == 4

    accepted = operator.must(*words, "--accept-certificate", _bare(unit["certificate"]))
    assert accepted["json_rpc"] == "https"
    done = operator.must(*edit)
    assert done["subscriber"]["outer_vlan"] == 900
    assert {step["transport"] for step in done["steps"]} == {"jsonrpc"}

    with tls_front(tmp_path, unit["http_port"]) as other:
        operator.must("device", "edit", "gam-01", "--https-port", str(other.port))
        changed = operator.run("subscriber", "edit", name, "--outer-vlan", "901", "--yes")
        assert changed.code == 4
        assert "TLS certificate" in changed.err
        again = ("device", "edit", "gam-01", "--accept-certificate")
        assert operator.run(*again, unit["certificate"]).code == 4
        operator.must(*again, "any")
        assert operator.must("subscriber", "edit", name, "--outer-vlan", "901", "--yes")

    operator.must("device", "edit", "gam-01", "--json-rpc", "off")
    assert operator.run(*again, "any").code == 2


def test_a_unit_is_added_with_its_api(unit: Unit, tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    options = ("--json-rpc", "https", "--https-port", str(unit["https_port"]))
    done = operator.add(unit, "--accept-host-key", "any", *options, "--json")
    assert done.code == 0, done.err
    assert done.json["json_rpc"] == "https"
    assert "cannot be used yet" in done.err
    assert unit["certificate"] in done.err
    operator.must("device", "edit", "gam-01", "--accept-certificate", unit["certificate"])
    assert operator.must("adopt", "gam-01", "--yes")["counts"]["subscriber"] > 0
