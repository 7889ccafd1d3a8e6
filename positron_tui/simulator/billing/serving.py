"""A real HTTP server for a stand-in, in this loop: no threads, no signal handlers of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_BACKLOG = 256
_GRACE_S = 1.0


class Connections:
    """The open connections by the client's address, so that a fault can break one."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def add(self, transport: asyncio.Transport) -> None:
        self._open[_peer(transport)] = transport

    def remove(self, transport: asyncio.Transport) -> None:
        self._open.pop(_peer(transport), None)

    def abort(self, scope: Scope) -> None:
        """Break the connection of a request at once; what was written may be lost."""
        transport = self._open.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()

    def close(self, scope: Scope) -> None:
        """Close the connection of a request behind what was written."""
        transport = self._open.get(tuple(scope["client"]))
        if transport is not None:
            transport.close()


class HttpServer:
    """Serves one ASGI application on loopback; `connections` are those that are open."""

    def __init__(self, app: Callable[[Connections], ASGIApp]) -> None:
        self.connections = Connections()
        self._app = app(self.connections)
        self._server: uvicorn.Server | None = None
        self._socket: socket.socket | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port, a free one for `port` 0; OSError when it is taken."""
        listener = socket.create_server((host, port), backlog=_BACKLOG)
        # asyncio does this only for sockets that name their protocol; else answers wait 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connections = self.connections

        class Watched(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                connections.add(transport)
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.remove(self.transport)
                super().connection_lost(exc)

        config = uvicorn.Config(
            self._app,
            http=Watched,
            interface="asgi3",
            proxy_headers=False,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level=logging.ERROR,
            access_log=False,
            date_header=False,
            server_header=False,
        )
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        # Its own main loop would only wait for signals, which are not its business here.
        await server.startup(sockets=[listener])
        self._server, self._socket = server, listener
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and break every connection; safe to call twice."""
        server, self._server = self._server, None
        if server is None or self._socket is None:
            return
        state = server.server_state
        for listener in server.servers:
            listener.close()
        for connection in list(state.connections):
            connection.transport.abort()
        # They are closed in the next turn, and only then does the other side see it.
        for _ in range(3):
            await asyncio.sleep(0)
        # What is at work hears of that; only what does not listen is cancelled.
        if state.tasks:
            _, deaf = await asyncio.wait(state.tasks, timeout=_GRACE_S)
            for task in deaf:
                task.cancel()
        for listener in server.servers:
            await listener.wait_closed()
        self._socket.close()


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_answer(
    send: Send, status: int, body: bytes, content_type: str, headers: dict[str, str] | None = None
) -> None:
    """Send a whole answer."""
    fields = {"content-type": content_type, "content-length": str(len(body)), **(headers or {})}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        }
    )
    await send({"type": "http.response.body", "body": body})


def _peer(transport: asyncio.Transport) -> tuple[str, int]:
    address = transport.get_extra_info("peername") or ("", 0)
    return str(address[0]), int(address[1])
