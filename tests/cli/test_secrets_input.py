"""Secrets on stdin: accepted keys, refused ones, and never an echo of a value."""

from __future__ import annotations

import io
import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.cli.secrets_input import KEYS, communities_from_stdin, secrets_from_json
from positron_tui.domain.errors import UsageError
from positron_tui.gam.driver import DeviceSecrets

SECRET = "hunter2-and-more"


def test_every_known_secret_is_read() -> None:
    values = {key: f"{key}-value" for key in KEYS}
    secrets = secrets_from_json(json.dumps(values))
    assert {one.name for one in fields(DeviceSecrets)} == set(KEYS)
    assert {key: getattr(secrets, key) for key in KEYS} == values
    assert "-value" not in repr(secrets)


def test_what_is_left_out_or_null_is_none() -> None:
    secrets = secrets_from_json('{"snmp_community": "x", "ssh_password": null}')
    assert secrets.snmp_community == "x"
    assert secrets.ssh_password is None


def test_empty_means_none_but_for_ssh_where_it_is_the_password_of_the_factory() -> None:
    secrets = secrets_from_json('{"snmp_community": "", "ssh_password": ""}')
    assert secrets.snmp_community is None
    assert secrets.ssh_password == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{{"ssh_pasword": "{SECRET}"}}', "ssh_password"),
        (f'{{"{SECRET}": 1}}', "unknown key"),
        (f'{{"ssh_password": ["{SECRET}"]}}', "text or null"),
        (f'["{SECRET}"]', "not an object"),
        (SECRET, "not JSON"),
        ("", "not JSON"),
    ],
)
def test_a_mistake_is_told_without_its_value(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        secrets_from_json(text)
    assert SECRET not in str(caught.value)
    # The decoder's own error carries the whole text.
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@given(st.dictionaries(st.sampled_from(KEYS), st.text(min_size=1)))
def test_any_text_is_a_secret(values: dict[str, str]) -> None:
    secrets = secrets_from_json(json.dumps(values))
    assert {key: value for key in KEYS if (value := getattr(secrets, key)) is not None} == values


def test_communities_are_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("public\n\n  other \n"))
    assert communities_from_stdin() == ("public", "other")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(UsageError, match="no community"):
        communities_from_stdin()
