"""A small HTTP/1.1 server for one unit: Basic authentication, `/json_rpc` and `/json_spec`."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hmac
import json
import ssl
from dataclasses import dataclass

import h11

from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.jsonrpc.dispatch import answer, specification

READ_SIZE = 65_536
MAX_BODY = 4_000_000
IDLE_S = 60
REALM = "PositronGAM"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    content_type: str = "text/plain"
    extra: tuple[tuple[str, str], ...] = ()


class HttpServer:
    """The HTTP server of one unit, or its HTTPS server when it gets a context with a key."""

    def __init__(self, device: SimDevice, tls: ssl.SSLContext | None = None) -> None:
        self.device = device
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port, which is a free one for `port` 0."""
        self._server = await asyncio.start_server(self._accept, host, port, ssl=self._tls)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and break every connection."""
        if self._server is None:
            return
        self._server.close()
        self.hang_up()
        await self._server.wait_closed()
        self._server = None
        for task in self._serving:
            task.cancel()  # it may be waiting to answer slowly
        await asyncio.gather(*self._serving, return_exceptions=True)

    def hang_up(self) -> None:
        """Break every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="a request over HTTP")
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        connection = h11.Connection(h11.SERVER)
        try:
            async with asyncio.timeout(IDLE_S) as deadline:
                while await self._exchange(connection, reader, writer):
                    deadline.reschedule(asyncio.get_running_loop().time() + IDLE_S)
                    connection.start_next_cycle()
        except (OSError, TimeoutError, h11.ProtocolError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; return whether another may follow on the connection."""
        request, body = None, bytearray()
        while True:
            event = await _next_event(connection, reader)
            if isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_BODY:
                    return False
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                break
            else:
                return False
        reply = await self._reply(request, bytes(body))
        headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
        response = h11.Response(status_code=reply.status, headers=[*headers, *reply.extra])
        writer.write(connection.send(response) or b"")
        writer.write(connection.send(h11.Data(data=reply.body)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE

    async def _reply(self, request: h11.Request, body: bytes) -> _Reply:
        if self.device.faults.slow_s:
            await asyncio.sleep(self.device.faults.slow_s)
        if not self._authorised(request):
            realm = (("WWW-Authenticate", f'Basic realm="{REALM}"'),)
            return _Reply(401, b"Unauthorized\n", extra=realm)
        target = request.target.split(b"?")[0]
        if target == b"/json_rpc" and request.method == b"POST":
            return _Reply(200, json.dumps(answer(self.device, body)).encode(), JSON)
        if target == b"/json_spec" and request.method == b"GET":
            return _Reply(200, json.dumps(specification()).encode(), JSON)
        return _Reply(405 if target == b"/json_rpc" else 404, b"Not here\n")

    def _authorised(self, request: h11.Request) -> bool:
        given = dict(request.headers).get(b"authorization", b"")
        scheme, _, encoded = given.partition(b" ")
        if scheme.lower() != b"basic" or self.device.faults.refuse_login:
            return False
        try:
            pair = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        secrets = self.device.secrets
        wanted = f"{secrets.ssh_user}:{secrets.ssh_password}".encode()
        return hmac.compare_digest(pair, wanted)


async def _next_event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    while True:
        event = connection.next_event()
        if event is not h11.NEED_DATA:
            return event
        connection.receive_data(await reader.read(READ_SIZE))
