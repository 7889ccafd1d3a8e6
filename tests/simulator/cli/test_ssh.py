"""The command line over SSH, with a real client: echo, paging, faults, host keys."""

from __future__ import annotations

import asyncssh
import pytest

from positron_tui.simulator.cli.pager import ERASE, MORE
from positron_tui.simulator.cli.session import NO_EXEC, SESSION_LIMIT
from positron_tui.simulator.server import SimServer
from tests.simulator.cli.terminal import connect, terminal

PROMPT = "gam-test# "


async def test_commands_are_echoed_and_answered(server: SimServer) -> None:
    async with terminal(server) as client:
        client.type("show ghn bw-profile 2\r")
        text = await client.until(PROMPT)
    assert text == (
        "show ghn bw-profile 2\r\nName: 100M\r\nDescription: \r\nDS: 118 Mbps\r\n"
        f"US: 118 Mbps\r\n{PROMPT}"
    )


async def test_editing_help_and_completion(server: SimServer) -> None:
    async with terminal(server) as client:
        assert (await client.run("show versionx\x7f"))[0].startswith("MAC Address")
        client.type("configure ?")
        assert await client.until("configure ?\r\n    terminal\r\n") is not None
        client.type("terminal\r")
        await client.until("(config)# ")
        client.type("do show vers\t\r")
        assert "do show version \r\n" in await client.until("Code Revision")
        client.type("garbage in here\x15exit\r")
        await client.until(f"\r\n{PROMPT}")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
async def test_any_line_end_is_one_command(server: SimServer, end: str) -> None:
    async with terminal(server) as client:
        client.type(f"hostname{end}logout{end}")
        text = await client.closed()
    assert text.count(PROMPT) == 1


async def test_control_z_leaves_configuration(server: SimServer) -> None:
    async with terminal(server) as client:
        await client.run("configure terminal", "gam-test(config)# ")
        client.type("\x1a")
        await client.until(f"\r\n{PROMPT}")


async def test_the_pager_stops_every_23_lines(server: SimServer) -> None:
    async with terminal(server, paging=True) as client:
        client.type("show version\r")
        first = await client.until(MORE)
        assert first.count("\r\n") == 1 + 23
        client.type(" ")
        rest = await client.until(PROMPT)
        assert rest.startswith(ERASE)
        assert "Code Revision" in rest


async def test_the_pager_goes_on_line_by_line_or_quits(server: SimServer) -> None:
    async with terminal(server, paging=True) as client:
        client.type("show version\r")
        await client.until(MORE)
        client.type("\r")
        assert (await client.until(MORE)).count("\r\n") == 1
        client.type("x\x03")
        assert await client.until(PROMPT) == f"{ERASE}{PROMPT}"


async def test_g_prints_the_rest(server: SimServer) -> None:
    for number in range(3, 30):
        server.device.running.vlans.add(number)
    async with terminal(server, paging=True) as client:
        client.type("show running-config\r")
        await client.until(MORE)
        client.type("g")
        text = await client.until(f"\r\nend\r\n{PROMPT}")
    assert MORE not in text


async def test_terminal_length_turns_the_pager_off(server: SimServer) -> None:
    async with terminal(server) as client:
        assert len(await client.run("show version")) > 30
        await client.run("terminal length 5")
        client.type("show version\r")
        assert (await client.until(MORE)).count("\r\n") == 1 + 4


async def test_exec_requests_are_refused(server: SimServer) -> None:
    async with await connect(server) as connection:
        result = await connection.run("show version")
    assert result.exit_status == 1
    assert NO_EXEC in str(result.stderr)


async def test_wrong_and_refused_passwords(server: SimServer) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(server, "wrong")
    server.device.faults.refuse_login = True
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(server)


async def test_a_blank_password_is_a_password(server: SimServer) -> None:
    server.device.secrets.ssh_password = ""
    async with await connect(server, "") as connection:
        assert connection.get_extra_info("username") == "admin"


async def test_the_idle_timeout_ends_the_session(server: SimServer) -> None:
    async with terminal(server) as client:
        client.type("terminal exec-timeout 0 1\r")
        assert (await client.closed()).endswith(PROMPT)


async def test_users_are_listed(server: SimServer) -> None:
    async with terminal(server), terminal(server) as client:
        lines = await client.run("show users")
    assert lines.count("    Connection is from 127.0.0.1 by SSH.") == 2


async def test_session_limit(server: SimServer) -> None:
    server.device.faults.session_limit = 1
    async with terminal(server), await connect(server) as connection:
        process = await connection.create_process(term_type="vt100", encoding=None)
        assert SESSION_LIMIT.encode() in await process.stdout.read()
    async with terminal(server) as client:
        assert await client.run("show ghn bw-profile 1")


async def test_die_after_breaks_before_the_answer(server: SimServer) -> None:
    server.device.faults.die_after = 2
    async with terminal(server) as client:
        client.type("show version\r")
        text = await client.closed()
    assert text in ("", "show version\r\n")


async def test_garbage_stands_in_the_middle(server: SimServer) -> None:
    server.device.faults.garbage = True
    async with terminal(server) as client:
        lines = await client.run("show ghn bw-profile 2")
    assert lines[0] == "Name: 100M"
    assert lines[-1] == "US: 118 Mbps"
    assert lines[2].endswith("+00:00 Link up on port 3")


async def test_a_slow_unit_answers_late(server: SimServer) -> None:
    server.device.faults.slow_s = 0.05
    async with terminal(server) as client:
        assert await client.run("show ghn bw-profile 2")


async def test_the_clock_that_was_never_set(server: SimServer) -> None:
    server.device.faults.clock_1970 = True
    server.device.plug(next(iter(server.device.plant)), 0)
    async with terminal(server) as client:
        lines = await client.run("show alarm active")
    assert " 1970-01-01T" in lines[2]


async def test_a_new_prompt_after_hostname(server: SimServer) -> None:
    async with terminal(server) as client:
        await client.run("configure terminal", "gam-test(config)# ")
        await client.run("hostname other", "other(config)# ")


async def test_the_host_key_lasts_until_it_is_rotated(server: SimServer) -> None:
    async def offered() -> str:
        key = await asyncssh.get_server_host_key("127.0.0.1", server.ssh_port, config=None)
        assert key is not None
        return key.get_fingerprint()

    first = await offered()
    assert first == await offered() == server.cli.host_key.get_fingerprint()
    rotated = server.cli.rotate_host_key().get_fingerprint()
    assert await offered() == rotated != first
