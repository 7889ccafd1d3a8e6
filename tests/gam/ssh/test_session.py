"""A session on recorded bytes, one at a time: greeting, pager, refusals, breaks, time-outs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    Indeterminate,
    PositronError,
    SessionLimit,
    ValidationFailed,
)
from positron_tui.gam.exchange import Exchange
from positron_tui.gam.ssh import CliSession, SessionTimeouts, SshTarget
from tests.clocks import FrozenClock
from tests.gam.ssh.recorded import ERASE, PAGER, QUICK, START, RecordedShell

LOG = b"2026-03-02T09:30:00+00:00 Link up on port 3\r\n"
TARGET = SshTarget("192.0.2.7", name="gam-07")
IMPATIENT = replace(QUICK, show_s=0.1, config_s=0.1, long_s=0.1, login_s=0.1)


async def started(
    shell: RecordedShell, timeouts: SessionTimeouts = QUICK, log: list[Exchange] | None = None
) -> CliSession:
    session = CliSession(
        shell,
        TARGET,
        clock=FrozenClock(),
        on_exchange=(log if log is not None else []).append,
        timeouts=timeouts,
    )
    await session.start()
    return session


async def test_start_learns_the_prompt_and_sets_the_terminal() -> None:
    shell = RecordedShell(b"\r\nWelcome\r\nGAM# ", *START)
    session = await started(shell)
    assert session.prompt_host == "GAM"
    assert session.mode == ""
    assert shell.sent == [typed for typed, _ in START]
    await session.close()
    assert shell.closed


async def test_width_that_is_refused_is_set_to_200() -> None:
    refused = (
        b"terminal width 0\r\n              ^\r\n% Invalid word detected at '^' marker.\r\n\r\n"
    )
    shell = RecordedShell(
        b"GAM# ",
        START[0],
        (START[1][0], refused + b"GAM# "),
        (b"terminal width 200\r", b"terminal width 200\r\nGAM# "),
        (START[2][0], b"terminal exec-timeout 30\r\n% Incomplete command.\r\n\r\nGAM# "),
    )
    session = await started(shell)
    assert session.usable
    await session.close()


async def test_nameless_device() -> None:
    turns = [(typed, printed.replace(b"GAM", b"")) for typed, printed in START]
    shell = RecordedShell(
        b"\r\n# ", *turns, (b"show vlan\r", b"show vlan\r\nVLAN  Name\r\n#2\r\n1  x\r\n# ")
    )
    session = await started(shell)
    assert session.prompt_host == ""
    assert await session.run("show vlan") == "VLAN  Name\n#2\n1  x"
    await session.close()


@pytest.mark.parametrize("piece", [1, 7, 4096])
async def test_pager_is_answered_with_g(piece: int) -> None:
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (b"show x\r", b"show x\r\nrow 1\r\n" + PAGER),
        (b"g", ERASE + b"row 2\r\nrow 3\r\nGAM# "),
        piece=piece,
    )
    session = await started(shell)
    assert await session.run("show x") == "row 1\nrow 2\nrow 3"
    assert shell.sent[-1] == b"g"
    await session.close()


async def test_pager_that_ignores_g_is_stepped_with_the_space_bar() -> None:
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (b"show x\r", b"show x\r\nrow 1\r\n-- more --"),
        (b"g ", ERASE + b"row 2\r\nGAM# "),
    )
    session = await started(shell)
    assert await session.run("show x") == "row 1\nrow 2"
    await session.close()


async def test_log_line_in_the_middle_and_behind_the_prompt() -> None:
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (b"show x\r", b"show x\r\nrow 1\r\n" + LOG + b"row 2\r\nGAM# \r\n" + LOG),
        (b"show y\r", b"show y\r\nrow 3\r\nGAM# "),
    )
    session = await started(shell)
    assert await session.run("show x") == f"row 1\n{LOG.decode().strip()}\nrow 2"
    assert await session.run("show y") == "row 3"
    await session.close()


async def test_prompt_printed_again_while_idle_does_not_shift_the_replies() -> None:
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (b"show x\r", LOG + b"GAM# show x\r\nrow 1\r\nGAM# "),
        (b"show y\r", b"show y\r\nrow 2\r\nGAM# "),
    )
    session = await started(shell)
    shell.print(b"\r\n" + LOG + b"GAM# ")
    assert await session.run("show x") == "row 1"
    assert await session.run("show y") == "row 2"
    await session.close()


async def test_device_without_echo() -> None:
    turns = [(typed, b"\r\nGAM# ") for typed, _ in START]
    shell = RecordedShell(b"GAM# ", *turns, (b"show x\r", b"\r\nrow 1\r\nGAM# "))
    session = await started(shell)
    assert await session.run("show x") == "row 1"
    await session.close()


async def test_modes_are_followed_and_end_may_be_missing() -> None:
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (b"configure terminal\r", b"configure terminal\r\nGAM(config)# "),
        (b"end\r", b"end\r\n ^\r\n% Invalid word detected at '^' marker.\r\nGAM(config)# "),
        (b"exit\r", b"exit\r\nGAM# "),
    )
    session = await started(shell)
    await session.configure()
    assert session.mode == "config"
    await session.leave_configure()
    assert session.mode == ""
    await session.close()


async def test_configure_that_leads_nowhere_is_refused() -> None:
    shell = RecordedShell(
        b"GAM> ",
        *((typed, printed.replace(b"#", b">")) for typed, printed in START),
        (b"configure terminal\r", b"configure terminal\r\nGAM> "),
    )
    session = await started(shell)
    with pytest.raises(CommandRejected, match="did not enter its configuration mode"):
        await session.configure()
    await session.close()


async def test_new_host_name_is_learnt() -> None:
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (b"hostname riser-4\r", b"hostname riser-4\r\nriser-4(config)# "),
        (b"show x\r", b"show x\r\nGAM# \r\nrow\r\nriser-4(config)# "),
    )
    session = await started(shell)
    await session.run("hostname riser-4")
    assert session.prompt_host == "riser-4"
    assert session.mode == "config"
    assert await session.run("show x") == "GAM#\nrow"
    await session.close()


async def test_refusal_carries_the_devices_words_and_keeps_the_session() -> None:
    command = "ghn endpoint 1 mac-address 00:0e:d8:00:00:01"
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (
            command.encode() + b"\r",
            command.encode() + b"\r\n" + LOG + b"% Non-unique G.hn endpoint MAC address\r\nGAM# ",
        ),
        (b"show x\r", b"show x\r\nrow\r\nGAM# "),
    )
    session = await started(shell)
    with pytest.raises(CommandRejected) as caught:
        await session.run(command)
    assert caught.value.reply == "Non-unique G.hn endpoint MAC address"
    assert caught.value.command == command
    assert await session.run("show x") == "row"
    await session.close()


async def test_command_that_may_not_be_typed_is_not_sent() -> None:
    shell = RecordedShell(b"GAM# ", *START)
    session = await started(shell)
    with pytest.raises(ValidationFailed):
        await session.run("show ?")
    assert len(shell.sent) == len(START)
    assert session.usable
    await session.close()


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("show version", DeviceUnreachable),
        ("configure terminal", DeviceUnreachable),
        ("ghn endpoint 1 port 2", Indeterminate),
        ("copy running-config startup-config", Indeterminate),
    ],
)
async def test_silence_and_breaks_after_sending(command: str, error: type[PositronError]) -> None:
    typed = command.encode() + b"\r"
    silent = RecordedShell(b"GAM# ", *START, (typed, typed + b"\nhalf a re"))
    session = await started(silent, IMPATIENT)
    with pytest.raises(error, match="did not answer in time"):
        await session.run(command)
    assert silent.aborted
    assert not session.usable
    broken = RecordedShell(b"GAM# ", *START, (typed, typed + b"\nhalf a re"), ends=True)
    session = await started(broken)
    with pytest.raises(error, match="ended the session"):
        await session.run(command)
    assert not session.usable


async def test_a_session_that_ended_while_idle_sends_nothing() -> None:
    shell = RecordedShell(b"GAM# ", *START, ends=True)
    session = await started(shell)
    for _ in range(5):
        await asyncio.sleep(0)
    with pytest.raises(DeviceUnreachable, match="was not sent"):
        await session.run("ghn endpoint 1 port 2")
    assert len(shell.sent) == len(START)


async def test_cancelled_command_drops_the_session() -> None:
    shell = RecordedShell(b"GAM# ", *START, (b"show x\r", b"show x\r\nrow 1\r\n"))
    session = await started(shell)
    task = asyncio.create_task(session.run("show x"))
    await shell.typed(b"show x\r")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shell.aborted
    with pytest.raises(DeviceUnreachable, match="has ended"):
        await session.run("show y")


@pytest.mark.parametrize("ends", [True, False])
async def test_full_device_says_so(ends: bool) -> None:
    text = b"% The maximum number of sessions is in use, try again later.\r\n"
    with pytest.raises(SessionLimit, match="no free session"):
        await started(RecordedShell(text, ends=ends))


async def test_greeting_without_a_prompt() -> None:
    shell = RecordedShell(b"Welcome\r\n")
    with pytest.raises(DeviceUnreachable, match="showed no prompt"):
        await started(shell, IMPATIENT)
    assert shell.aborted


async def test_greeting_that_wants_enter() -> None:
    shell = RecordedShell(b"\r\nPress ENTER to get started\r\n", (b"\r", b"\r\nGAM# "), *START)
    session = await started(shell)
    assert session.prompt_host == "GAM"
    await session.close()


async def test_every_command_is_reported_without_its_secrets() -> None:
    command = "username tech privilege 5 password unencrypted s3cret-word"
    config = (
        b"username admin privilege 15 password encrypted YWJj\r\n"
        b"snmp-server community v2c pub1ic ro\r\n"
    )
    log: list[Exchange] = []
    shell = RecordedShell(
        b"GAM# ",
        *START,
        (command.encode() + b"\r", command.encode() + b"\r\n% No password set\r\nGAM# "),
        (b"show running-config\r", b"show running-config\r\n" + config + b"GAM# "),
    )
    session = await started(shell, log=log)
    with pytest.raises(CommandRejected) as caught:
        await session.run(command)
    assert "YWJj" in await session.run("show running-config")
    await session.close()
    told = repr(log) + str(caught.value)
    for secret in ("s3cret-word", "YWJj", "pub1ic"):
        assert secret not in told
    assert [(one.transport, one.device, one.ok) for one in log[-2:]] == [
        ("cli", "gam-07", False),
        ("cli", "gam-07", True),
    ]
