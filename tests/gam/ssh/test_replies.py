"""Which lines are failures, for which kind of command; what may be typed at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positron_tui.domain.errors import ValidationFailed
from positron_tui.gam.ssh.outgoing import MAX_COMMAND, check_command
from positron_tui.gam.ssh.replies import (
    Kind,
    failure_in,
    is_long,
    is_session_limit,
    kind_of,
    renames,
)

CARET = "          ^\n"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "line",
    [
        "% Invalid word detected at '^' marker.",
        "% Ambiguous word detected at '^' marker.",
        "% Incomplete command.",
    ],
)
def test_syntax_errors_are_failures_everywhere(kind: Kind, line: str) -> None:
    assert failure_in(CARET + line + "\n", kind) == line.removeprefix("% ")


@pytest.mark.parametrize(
    "line",
    [
        "% Saving 1435 bytes to flash:startup-config",
        "% Rebooting G.hn Endpoint 1 with MAC: 00:0f:df:11:05:54",
        "% Cold reload in progress, please stand by.",
    ],
)
def test_known_successes_are_no_failures(line: str) -> None:
    assert failure_in("Building configuration...\n" + line, Kind.WRITE) is None


def test_any_other_percent_line_fails_a_change_and_informs_a_show() -> None:
    line = "% Non-unique G.hn endpoint MAC address"
    assert failure_in(line, Kind.WRITE) == "Non-unique G.hn endpoint MAC address"
    assert failure_in(line, Kind.READ) is None


def test_log_lines_and_percentages_fail_nothing() -> None:
    text = "2026-03-02T09:30:00+00:00 Link up on port 3\n 36% busy\n%LINK-3-UP: up"
    assert failure_in(text, Kind.WRITE) is None


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("show version", Kind.READ),
        ("do show version", Kind.READ),
        ("terminal length 0", Kind.READ),
        ("configure terminal", Kind.MODE),
        ("end", Kind.MODE),
        ("ghn endpoint 1 port 2", Kind.WRITE),
        ("no ghn subscriber 1", Kind.WRITE),
        ("copy running-config startup-config", Kind.WRITE),
        ("reboot ghn endpoint 1", Kind.WRITE),
    ],
)
def test_kinds(command: str, kind: Kind) -> None:
    assert kind_of(command) is kind


def test_renaming_and_long_commands_are_known() -> None:
    assert renames("hostname GAM-2")
    assert renames("no hostname")
    assert not renames("ghn port 1 name hostname")
    assert is_long("show running-config")
    assert not is_long("show version")


@pytest.mark.parametrize(
    "text",
    [
        "% The maximum number of sessions is in use, try again later.",
        "Too many users logged in",
        "No more vty available",
        "session limit reached",
    ],
)
def test_session_limits_are_recognised(text: str) -> None:
    assert is_session_limit(text)


def test_a_usual_greeting_is_no_session_limit() -> None:
    assert not is_session_limit("Welcome to GAM-12-C. Maximum care on this line.\nGAM# ")


@pytest.mark.parametrize(
    "command",
    [
        "",
        "  ",
        "show ?",
        "ghn port 1 name a\tb",
        "ghn port 1 name a\rreload cold",
        "ghn port 1 name a\nreload cold",
        "ghn port 1 name \x03",
        'ghn port 1 name "half',
        "ghn port 1 name café",
        "x" * (MAX_COMMAND + 1),
    ],
)
def test_what_the_line_editor_would_act_on_is_not_typed(command: str) -> None:
    with pytest.raises(ValidationFailed, match="not sent"):
        check_command(command)


@given(st.text())
def test_only_plain_printable_commands_pass(command: str) -> None:
    try:
        check_command(command)
    except ValidationFailed:
        return
    assert command.strip()
    assert all(32 <= ord(char) < 127 and char != "?" for char in command)
    assert command.count('"') % 2 == 0
