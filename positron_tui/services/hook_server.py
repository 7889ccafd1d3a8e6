"""uvicorn as a guest in our event loop: without its signal handlers, log settings and reloads."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette


class OwnedServer(uvicorn.Server):
    """A server whose end is asked for with `should_exit` and by nothing else."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to the program."""
        yield


def server_config(app: Starlette, most_connections: int, stop_s: int) -> uvicorn.Config:
    """Return a loaded configuration; no address of a request (it may be secret) is logged."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=most_connections,
        timeout_graceful_shutdown=stop_s,
    )
    config.load()
    return config
