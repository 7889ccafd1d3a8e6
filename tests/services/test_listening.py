"""Listening: on every address of a name, and a sentence where that cannot be."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import pytest

from positron_tui.domain.errors import CannotListen
from positron_tui.services.listening import listen


async def test_all_addresses_of_a_name_have_one_port() -> None:
    sockets = await listen("localhost", 0)
    try:
        assert len({one.getsockname()[1] for one in sockets}) == 1
        assert {one.getsockname()[0] for one in sockets} <= {"127.0.0.1", "::1"}
    finally:
        for one in sockets:
            one.close()


async def test_an_answer_in_two_parts_is_not_held_back() -> None:
    """Nagle's algorithm made each answer 40 ms late."""
    served: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        served.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    (listening,) = await listen("127.0.0.1", 0)
    async with await asyncio.start_server(serve, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await served
        writer.close()


async def test_a_port_that_is_taken_is_a_sentence() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1 port {port}: the port is taken"):
            await listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("192.0.2.77", "not one of this machine"),
        ("no-such-host.invalid", "host is not known"),
        ("x" * 300, "host is not known"),
    ],
)
async def test_a_host_that_is_not_ours_is_a_sentence(host: str, words: str) -> None:
    with pytest.raises(CannotListen, match=words):
        await listen(host, 0)
