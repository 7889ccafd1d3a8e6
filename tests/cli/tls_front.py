"""A TLS front before a virtual unit's HTTP server, with a certificate that it signed itself."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.gam.jsonrpc.test_tls import certificate


@dataclass(frozen=True, slots=True)
class Front:
    """Where it listens, and the fingerprint of its certificate."""

    port: int
    fingerprint: str


@contextmanager
def tls_front(directory: Path, http_port: int) -> Iterator[Front]:
    """Pass what comes over TLS on to a local HTTP port, until the block ends."""
    context, fingerprint = certificate(directory, "front")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="tls front")
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(_serve(context, http_port), loop).result(10)
        yield Front(server.sockets[0].getsockname()[1], fingerprint)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(context: ssl.SSLContext, http_port: int) -> asyncio.Server:
    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", http_port)
        with suppress(ConnectionError, ssl.SSLError):
            await asyncio.gather(_copy(reader, back), _copy(there, writer))

    return await asyncio.start_server(passed_on, "127.0.0.1", 0, ssl=context)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def _stop() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
