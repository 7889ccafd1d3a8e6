"""Which host keys are trusted: the one that was named, any, or the one a person affirms."""

from __future__ import annotations

import io

import pytest

from positron_tui.cli import host_keys
from positron_tui.cli.context import Context
from positron_tui.cli.grammar import parse
from positron_tui.cli.host_keys import HostKeyTrust, same_fingerprint
from positron_tui.cli.output import Output
from positron_tui.domain.errors import HostKeyUnknown
from positron_tui.gam.ssh import HostKey

FINGERPRINT = "SHA256:9Yq0uJ0Qm3n7dYk1C0m2bE5wXq8vT4sR6zL1aB2cD3e"
KEY = HostKey("ssh-ed25519 AAAA", FINGERPRINT, "ssh-ed25519")


def _trust(accepted: str | None) -> tuple[HostKeyTrust, io.StringIO]:
    talk = io.StringIO()
    context = Context(parse(["device", "list"]), Output(as_json=False, data=talk, talk=talk))
    return HostKeyTrust(context, "192.0.2.7", accepted), talk


@pytest.mark.parametrize(
    "accepted", ["any", FINGERPRINT, FINGERPRINT.removeprefix("SHA256:"), f"{FINGERPRINT}="]
)
async def test_the_named_key_or_any_is_trusted(accepted: str) -> None:
    trust, _ = _trust(accepted)
    assert await trust(KEY) is True


async def test_any_says_which_key_it_was() -> None:
    trust, talk = _trust("any")
    await trust(KEY)
    assert FINGERPRINT in talk.getvalue()


async def test_another_key_is_refused_with_both() -> None:
    trust, _ = _trust("SHA256:other")
    with pytest.raises(HostKeyUnknown, match="SHA256:other") as caught:
        await trust(KEY)
    assert caught.value.fingerprint == FINGERPRINT
    assert FINGERPRINT in str(caught.value)
    assert caught.value.exit_code == 4


async def test_without_a_terminal_the_option_to_use_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    trust, _ = _trust(None)
    with pytest.raises(HostKeyUnknown, match=f"--accept-host-key {FINGERPRINT}"):
        await trust(KEY)


@pytest.mark.parametrize("answer", [True, False])
async def test_a_person_on_a_terminal_decides(
    answer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: list[str] = []

    async def confirm(out: Output, question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(host_keys, "confirm", confirm)
    trust, _ = _trust(None)
    if answer:
        assert await trust(KEY) is True
    else:
        with pytest.raises(HostKeyUnknown):
            await trust(KEY)
    assert FINGERPRINT in asked[0]


def test_case_matters_in_a_fingerprint() -> None:
    assert not same_fingerprint(FINGERPRINT.lower(), FINGERPRINT)
