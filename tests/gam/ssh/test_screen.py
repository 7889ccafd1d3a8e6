"""The reader of a shell, fed one byte at a time: when is a reply whole, and what is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.gam.ssh.screen import Screen, Sight
from tests.gam.ssh.recorded import ERASE, PAGER

LOG = b"2026-03-02T09:30:00+00:00 Link up on port 3\r\n"


def learnt(prompt: bytes = b"GAM# ") -> Screen:
    screen = Screen()
    screen.expect("")
    feed(screen, b"\r\n" + prompt)
    screen.learn()
    return screen


def feed(screen: Screen, data: bytes) -> list[Sight]:
    """Feed one byte at a time; return what was in sight after each."""
    return [screen.feed(bytes([byte])) for byte in data]


@pytest.mark.parametrize(
    ("prompt", "host", "mode", "privileged"),
    [
        (b"# ", "", "", True),
        (b"GAM# ", "GAM", "", True),
        (b"GAM> ", "GAM", "", False),
        (b"GAM-24.site(config)# ", "GAM-24.site", "config", True),
        (b"(config-if-vlan)# ", "", "config-if-vlan", True),
        (b"GAM #", "GAM", "", True),
    ],
)
def test_prompts_are_taken_apart(prompt: bytes, host: str, mode: str, privileged: bool) -> None:
    screen = Screen()
    screen.expect("")
    assert feed(screen, b"\r\nWelcome to the unit: #1\r\n" + prompt)[-1] is Sight.MAYBE_PROMPT
    found = screen.learn()
    assert (found.host, found.mode, found.privileged) == (host, mode, privileged)
    assert screen.host == host


def test_reply_ends_at_the_prompt_and_not_before() -> None:
    screen = learnt()
    screen.expect("show version")
    sights = feed(screen, b"show version\r\nSystem Name : GAM\r\nGAM# ")
    assert sights[-1] is Sight.PROMPT
    assert Sight.PROMPT not in sights[:-1]
    assert screen.reply() == "System Name : GAM"


def test_redrawn_prompt_before_the_echo_is_no_end() -> None:
    screen = learnt()
    screen.expect("show vlan")
    sights = feed(screen, b"\rGAM# show vlan\r\nVLAN  Name\r\n")
    assert set(sights) == {Sight.NOTHING}
    assert feed(screen, b"GAM# ")[-1] is Sight.PROMPT
    assert screen.reply() == "VLAN  Name"


@pytest.mark.parametrize("line", [b"other# ", b"GAM-2# ", b"# ", b'name "GAM#"', b"xGAM# "])
def test_only_the_learnt_host_is_a_prompt(line: bytes) -> None:
    screen = learnt()
    screen.expect("show x")
    sights = feed(screen, b"show x\r\n" + line)
    assert sights[-1] is Sight.NOTHING


def test_a_late_prompt_before_the_echo_is_no_end_on_a_device_that_echoes() -> None:
    screen = learnt()
    screen.expect("show vlan", echoes=True)
    sights = feed(screen, b"\r\n" + LOG + b"GAM# ")
    assert set(sights) == {Sight.NOTHING}
    assert feed(screen, b"show vlan\r\nVLAN 1\r\nGAM# ")[-1] is Sight.PROMPT
    assert screen.reply() == "VLAN 1"


def test_log_line_behind_the_prompt_leaves_an_old_prompt() -> None:
    screen = learnt()
    screen.expect("show vlan")
    sights = feed(screen, b"show vlan\r\nVLAN 1\r\nGAM# \r\n" + LOG)
    assert sights[-1] is Sight.OLD_PROMPT
    assert screen.reply() == "VLAN 1"
    assert screen.prompt().host == "GAM"


def test_log_line_on_the_prompts_own_line() -> None:
    screen = learnt()
    screen.expect("show vlan")
    sights = feed(screen, b"show vlan\r\nVLAN 1\r\nGAM# " + LOG)
    assert sights[-1] is Sight.OLD_PROMPT
    assert screen.reply() == "VLAN 1"


def test_prompt_that_is_printed_again_behind_a_log_line_ends_the_reply_at_the_first() -> None:
    screen = learnt()
    screen.expect("show vlan")
    feed(screen, b"show vlan\r\nVLAN 1\r\nGAM# \r\n" + LOG)
    assert feed(screen, b"GAM# ")[-1] is Sight.PROMPT
    assert screen.reply() == "VLAN 1"


def test_without_a_host_name_a_hash_in_output_is_never_certain() -> None:
    screen = learnt(b"# ")
    screen.expect("more flash:notes")
    sights = feed(screen, b"more flash:notes\r\n# first\r\n#\r\nlast\r\n# ")
    assert Sight.PROMPT not in sights
    assert sights[-1] is Sight.MAYBE_PROMPT
    assert screen.reply() == "# first\n#\nlast"


def test_pager_is_asked_for_once_and_leaves_no_trace() -> None:
    screen = learnt()
    screen.expect("show running-config")
    feed(screen, b"show running-config\r\nrow 1\r\n")
    sights = feed(screen, PAGER)
    assert sights[-1] is Sight.PAGER
    assert Sight.MAYBE_PAGER in sights
    screen.answer_pager()
    assert Sight.PAGER not in feed(screen, ERASE + b"row 2\r\n")
    assert feed(screen, PAGER)[-1] is Sight.PAGER
    screen.answer_pager()
    assert feed(screen, ERASE + b"GAM# ")[-1] is Sight.PROMPT
    assert screen.reply() == "row 1\nrow 2"


def test_scrolled_echo_is_stripped() -> None:
    command = 'ghn endpoint 1 name "A" description "' + "d" * 60 + '" port 2'
    screen = learnt()
    screen.expect(command)
    sights = feed(screen, b"$" + command[-40:].encode() + b"\r\n% Invalid G.hn port\r\nGAM# ")
    assert sights[-1] is Sight.MAYBE_PROMPT
    assert screen.reply() == "% Invalid G.hn port"


def test_broken_utf8_is_replaced_and_not_fatal() -> None:
    screen = learnt()
    screen.expect("show x")
    feed(screen, b"show x\r\nname \xff\xc3\xa9\r\nGAM# ")
    assert screen.reply() == "name \ufffdé"


OUTPUT = st.lists(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60).filter(
        lambda line: "-- more" not in line.lower() and not line.startswith("GAM")
    ),
    max_size=30,
)


@given(OUTPUT, st.integers(min_value=1, max_value=64))
def test_any_output_comes_back_as_it_was_printed(lines: list[str], piece: int) -> None:
    screen = learnt()
    screen.expect("show x")
    raw = b"show x\r\n" + b"".join(line.encode() + b"\r\n" for line in lines) + b"GAM# "
    sight = Sight.NOTHING
    for at in range(0, len(raw), piece):
        sight = screen.feed(raw[at : at + piece])
    assert sight is Sight.PROMPT
    assert screen.reply() == "\n".join(line.rstrip() for line in lines).strip("\n")


@given(OUTPUT, st.integers(min_value=1, max_value=10), st.booleans())
def test_any_output_survives_the_pager(lines: list[str], page: int, returns: bool) -> None:
    screen = learnt()
    screen.expect("show x")
    eraser = ERASE if returns else ERASE[:-1]
    raw = b"show x\r\n"
    for number, line in enumerate(lines, 1):
        raw += line.encode() + b"\r\n"
        if number % page == 0:
            raw += PAGER + eraser
    screen.feed(raw + b"GAM# ")
    shown = [line.rstrip() for line in lines]
    got = screen.reply().split("\n") if screen.reply() else []
    if returns:
        assert got == "\n".join(shown).strip("\n").split("\n") or not got
    assert [line.strip() for line in got if line.strip()] == [
        line.strip() for line in shown if line.strip()
    ]
