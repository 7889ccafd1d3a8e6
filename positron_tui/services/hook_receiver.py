"""The receiver of billing hooks: an HTTP server in the console's own event loop."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from positron_tui.config import HooksSettings
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import PositronError
from positron_tui.services.activity import ActivityLog
from positron_tui.services.events import EventBus
from positron_tui.services.hook_gate import HookGate
from positron_tui.services.hook_refusals import Refusals
from positron_tui.services.hook_writer import HookWriter
from positron_tui.services.listening import listen
from positron_tui.services.tasks import TaskKeeper
from positron_tui.store import Store
from positron_tui.version import __version__

if TYPE_CHECKING:
    import uvicorn

    from positron_tui.services.hook_routes import HookLimits, HookRoutes

# Further connections are told to come again; each may hold one body in memory.
_MOST_CONNECTIONS = 512
# How long an answer that is on its way may take once the receiver stops.
_STOP_S = 5
_SERVE, _WRITE = "hook receiver", "hook writer"
_STARTING, _STOPPING = "starting", "stopping"
_log = logging.getLogger(__name__)


class HookReceiver:
    """Listens between `start` and `stop`; each hook is in the store before it is answered.

    `limits` are those of the settings unless they are given.
    """

    def __init__(
        self,
        *,
        settings: HooksSettings,
        store: Store,
        gate: HookGate,
        events: EventBus,
        activity: ActivityLog,
        tasks: TaskKeeper,
        clock: Clock,
        limits: HookLimits | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._gate = gate
        self._events = events
        self._refusals = Refusals(activity, clock)
        self._tasks = tasks
        self._clock = clock
        self._limits = limits
        self._server: uvicorn.Server | None = None
        self._routes: HookRoutes | None = None
        self._serving: asyncio.Task[None] | None = None
        # Why the console is not ready; None = it is.
        self._unready: str | None = _STARTING
        self._url: str | None = None

    @property
    def url(self) -> str | None:
        """Where it listens, as `http://127.0.0.1:8710`; None while it does not."""
        return self._url

    async def start(self, *, ready: bool = True) -> None:
        """Begin to listen; twice is once. CannotListen when the address cannot be had.

        Hooks are taken at once; /healthz says 503 until the whole console is `ready`.
        """
        if self._server is not None:
            return
        self._unready = None if ready else _STARTING
        writer = HookWriter(self._store, self._events, self._clock)
        routes = self._new_routes(writer)
        server = self._new_server(routes)
        sockets = await listen(self._settings.host, self._settings.port)
        host, port = sockets[0].getsockname()[:2]
        self._tasks.start(_WRITE, writer.run())
        self._serving = self._tasks.start(_SERVE, server.serve(sockets))
        self._server, self._routes = server, routes
        self._url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def set_ready(self, ready: bool) -> None:
        """Say whether the whole console is ready, or stopping; hooks are taken all the same."""
        self._unready = None if ready else _STOPPING

    async def stop(self) -> None:
        """Answer what has come, within some seconds, and listen no more."""
        if self._server is None or self._serving is None or self._routes is None:
            return
        self.set_ready(False)
        self._routes.hurry()
        self._server.should_exit = True
        _, late = await asyncio.wait([self._serving], timeout=2 * _STOP_S)
        if late:
            await self._tasks.cancel(_SERVE)
        # Last, because every answer waits for it.
        await self._tasks.cancel(_WRITE)
        self._server = self._serving = self._routes = self._url = None

    async def _health(self) -> tuple[bool, dict[str, object]]:
        ready = self._unready is None
        content: dict[str, object] = {
            "ready": ready,
            "problem": self._unready,
            "version": __version__,
        }
        try:
            backlog = await self._store.hooks.backlog()
            systems = await self._gate.systems()
        except PositronError as error:
            # Whoever asks may be anybody; the log file has the whole sentence.
            _log.warning("the health cannot be told: %s", error)
            return False, content | {"ready": False, "problem": "the store does not answer"}
        age_s = None
        if backlog.oldest is not None:
            age_s = max((self._clock.now() - backlog.oldest).total_seconds(), 0.0)
        content["systems"] = systems
        content["hooks_waiting"] = backlog.waiting
        content["oldest_waiting_s"] = age_s
        content["hooks_refused"] = self._refusals.total
        return ready, content

    def _new_routes(self, writer: HookWriter) -> HookRoutes:
        # Loaded only where somebody listens.
        from positron_tui.services.hook_routes import HookLimits, HookRoutes

        return HookRoutes(
            gate=self._gate,
            writer=writer,
            refusals=self._refusals,
            clock=self._clock,
            limits=self._limits or HookLimits(self._settings.max_body_bytes),
            health=self._health,
        )

    @staticmethod
    def _new_server(routes: HookRoutes) -> uvicorn.Server:
        from positron_tui.services.hook_server import OwnedServer, server_config

        return OwnedServer(server_config(routes.app, _MOST_CONNECTIONS, _STOP_S))
