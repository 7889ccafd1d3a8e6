"""The whole stand-in: API, logins, hooks and faults over one book."""

from __future__ import annotations

import random

from starlette.types import ASGIApp

from positron_tui.domain.clock import Clock, SystemClock
from positron_tui.simulator.billing.book import Book, BookEvent
from positron_tui.simulator.billing.deliveries import HookDeliveries
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.faulty import FaultyApp, Manners
from positron_tui.simulator.billing.serving import Connections, HttpServer
from positron_tui.simulator.billing.splynx import entities, hooks
from positron_tui.simulator.billing.splynx.answers import error_body, halve
from positron_tui.simulator.billing.splynx.api import SplynxApi
from positron_tui.simulator.billing.splynx.gate import Gate
from positron_tui.simulator.billing.splynx.quirks import Quirks
from positron_tui.simulator.billing.splynx.shapes import server_time


class SplynxStandIn:
    """A Splynx on loopback; its key and secrets are made up from the seed.

    `book`, `faults`, `quirks`, `gate` and `hooks` may be used while it runs.
    """

    def __init__(
        self,
        book: Book,
        *,
        faults: BillingFaults | None = None,
        quirks: Quirks | None = None,
        seed: int = 0,
        hooks_url: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        made_up = random.Random(f"splynx {seed}")
        self.book = book
        self.faults = faults or BillingFaults(seed)
        self.quirks = quirks or Quirks()
        self.clock = clock or SystemClock()
        self.hook_secret = f"{made_up.getrandbits(96):024x}"
        key, secret = (f"{made_up.getrandbits(128):032x}" for _ in range(2))
        self.gate = Gate(key, secret, self.quirks, self.clock)
        self.hooks = HookDeliveries(hooks_url, self.faults, self.clock)
        self.url = ""
        self._api = SplynxApi(book, self.gate, self.quirks)
        self._api.on_read = self._tell_read
        self._server = HttpServer(self._app)

    def announcement(self) -> dict[str, str]:
        """Return what a console needs to use it; the credentials are made up."""
        return {
            "system": "splynx",
            "url": self.url,
            "key": self.gate.key,
            "secret": self.gate.secret,
            "hook_secret": self.hook_secret,
        }

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen and send hooks; OSError when the port is taken, nothing is left then."""
        bound = await self._server.start(host, port)
        self.url = f"http://{host}:{bound}"
        await self.hooks.start()
        self.book.on_event += [self._tell, self._copy_services]

    async def stop(self) -> None:
        """Stop listening and sending; safe to call twice."""
        ours = (self._tell, self._copy_services)
        self.book.on_event[:] = [one for one in self.book.on_event if one not in ours]
        await self.hooks.stop()
        await self._server.stop()

    def ping(self) -> None:
        """Send what the Test button of the hook sends."""
        self._push("ping", hooks.ping_message())

    def _app(self, connections: Connections) -> ASGIApp:
        manners = Manners(error_body, halve, _writes)
        return FaultyApp(self._api.app(), self.faults, manners, connections)

    def _copy_services(self, event: BookEvent) -> None:
        if self.quirks.copies_services and event.account_id is not None:
            entities.follow_status(self.book, event.account_id, event.before, event.after)

    def _tell(self, event: BookEvent) -> None:
        if self.hooks.url is None:
            return
        name = f"{event.what.value}.{event.action.value}"
        self._push(name, hooks.event_message(event, self.book))

    def _tell_read(self, module: str) -> None:
        if self.quirks.read_hooks:
            message = hooks.read_message(module, server_time(self.clock.now()))
            self._push(f"{module}.get_list", message)

    def _push(self, name: str, message: dict[str, object]) -> None:
        form = self.quirks.form_hooks
        headers, body = hooks.encode(message, self.hook_secret, form=form)
        self.hooks.push(name, headers, body)


def _writes(method: str, path: str, _body: bytes) -> bool:
    """Tokens are asked for by POST, but they change nothing that anybody sold."""
    return method in ("POST", "PUT", "DELETE") and "/auth/" not in path
