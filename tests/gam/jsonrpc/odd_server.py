"""An HTTP server that answers what a test wants, octet by octet if need be."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in."""

    head: str
    body: dict[str, Any]

    @property
    def method(self) -> str:
        return str(self.body["method"])


Answer = Callable[[Request], Awaitable[bytes | None]]
"""The octets of the whole HTTP reply; None breaks the connection without any."""


@dataclass(slots=True)
class OddServer:
    """Where it listens, and everything that was asked of it."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]


def http(body: bytes | str, status: int = 200, kind: str = "application/json") -> bytes:
    """Return a well-formed HTTP reply."""
    data = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def envelope(request: Request, result: object = None, error: object = None) -> bytes:
    """Return a well-formed JSON-RPC answer to a request."""
    return http(json.dumps({"id": request.body["id"], "error": error, "result": result}))


@asynccontextmanager
async def odd_server(
    answer: Answer, context: ssl.SSLContext | None = None, *, then_close: bool = False
) -> AsyncIterator[OddServer]:
    """Listen on a free port of the loopback until the block ends.

    `then_close` ends a connection after its first reply, however much of it there was.
    """
    odd = OddServer()
    open_now: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        odd.connections += 1
        open_now.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await _exchange(odd, answer, reader, writer) and not then_close:
                pass
        open_now.discard(writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    odd.port = int(server.sockets[0].getsockname()[1])
    try:
        yield odd
    finally:
        server.close()
        for writer in open_now:
            writer.transport.abort()
        await server.wait_closed()


async def _exchange(
    odd: OddServer, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lengths = [
        line.split(":")[1]
        for line in head.lower().splitlines()
        if line.startswith("content-length")
    ]
    request = Request(head, json.loads(await reader.readexactly(int(lengths[0]))))
    odd.requests.append(request)
    reply = await answer(request)
    if reply is None:
        writer.transport.abort()
        return False
    writer.write(reply)
    await writer.drain()
    return True
