"""The REST API 2.0 of the stand-in: routes, permissions and verbs."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from positron_tui.simulator.billing.book import Book
from positron_tui.simulator.billing.splynx import attributes, entities, shapes
from positron_tui.simulator.billing.splynx.answers import Refusal, respond
from positron_tui.simulator.billing.splynx.entities import Entity
from positron_tui.simulator.billing.splynx.gate import Gate
from positron_tui.simulator.billing.splynx.query import page, parse
from positron_tui.simulator.billing.splynx.quirks import Quirks

BASE = "/api/2.0/admin"
_CUSTOMER = "/customers/customer/{customer_id:int}"
_VERBS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
Handler = Callable[[Request], Awaitable[Response]]


class SplynxApi:
    """The handlers over one book. `on_read` hears of each list that is read."""

    def __init__(self, book: Book, gate: Gate, quirks: Quirks) -> None:
        self._book = book
        self._gate = gate
        self._quirks = quirks
        self.on_read: Callable[[str], None] = lambda _module: None

    def app(self) -> Starlette:
        """Return the ASGI application."""
        table: list[tuple[str, str, Handler]] = [
            ("/api/check", "check", self._check),
            ("/customers/customer", "customers", self._customers),
            (_CUSTOMER, "customers", self._customer),
            (_CUSTOMER + "/internet-services", "services", self._services),
            (_CUSTOMER + "/internet-services--{service_id:int}", "services", self._service),
            ("/tariffs/internet", "tariffs", self._tariffs),
            ("/tariffs/internet/{plan_id:int}", "tariffs", self._tariff),
            ("/logs/changes", "logs", self._changes),
            ("/customers/customer-notes", "notes", self._notes),
            ("/customers/customer-notes/{customer_id:int}--{note_id:int}", "notes", self._note),
        ]
        routes = [
            Route(BASE + path, self._guarded(module, handler), methods=_VERBS)
            for path, module, handler in table
        ]
        routes.append(Route(BASE + "/auth/tokens", _refusals(self._issue), methods=["POST"]))
        renewing = _refusals(self._renew)
        routes.append(
            Route(BASE + "/auth/tokens/{token}", renewing, methods=["GET", "HEAD", "DELETE"])
        )
        routes.append(Route("/{rest:path}", self._guarded("", _nothing_here), methods=_VERBS))
        return Starlette(routes=routes)

    # logging in

    async def _issue(self, request: Request) -> Response:
        return respond(201, self._gate.issue(await _content(request), _agent(request)))

    async def _renew(self, request: Request) -> Response:
        token = request.path_params["token"]
        if request.method == "DELETE":
            self._gate.revoke(token)
            return respond(204)
        return respond(200, self._gate.renew(token, _agent(request)))

    def _guarded(self, module: str, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            self._gate.check(request.headers.get("authorization"), _agent(request))
            if request.method == "OPTIONS" and not self._quirks.tells_options:
                raise _no_method()
            if module in self._quirks.denied:
                raise Refusal(403, "FORBIDDEN", "You do not have permission to this resource.")
            return await handler(request)

        return _refusals(guarded)

    # entities

    async def _check(self, _request: Request) -> Response:
        return respond(200, {"status": "ok", "message": "API is valid", "same_server": 0})

    async def _customers(self, request: Request) -> Response:
        if request.method == "POST":
            number = entities.add_customer(self._book, await _content(request))
            return respond(201, {"id": number})
        told = attributes.options(attributes.CUSTOMER, attributes.CUSTOMER_CUSTOM)
        return self._listed(request, entities.customers(self._book), "customers", told)

    async def _customer(self, request: Request) -> Response:
        number = request.path_params["customer_id"]
        account = entities.with_404(lambda: self._book.account(number))
        if request.method == "PUT":
            entities.change_customer(self._book, number, await _content(request))
            return respond(202)
        if request.method == "DELETE":
            self._book.delete_account(number, by="api")
            return respond(204)
        return self._shown(request, shapes.customer(account))

    async def _services(self, request: Request) -> Response:
        number = request.path_params["customer_id"]
        told = attributes.options(attributes.SERVICE, attributes.SERVICE_CUSTOM)
        if request.method == "OPTIONS":
            return respond(200, told)
        if request.method == "POST":
            service_id = entities.add_service(self._book, number, await _content(request))
            return respond(201, {"id": service_id})
        if number == 0 and not parse(request.url.query).is_search:
            # The API fails inside instead of telling that a search is needed.
            raise Refusal(500, "SERVER_ERROR", "An internal server error occurred.")
        if number:
            entities.with_404(lambda: self._book.account(number))
        listed = entities.services(self._book, number or None)
        return self._listed(request, listed, "services", told)

    async def _service(self, request: Request) -> Response:
        customer_id, number = (request.path_params[one] for one in ("customer_id", "service_id"))
        service = entities.service_of(self._book, customer_id, number)
        if request.method == "PUT":
            content = await _content(request)
            entities.change_service(self._book, customer_id, number, content)
            return respond(202)
        if request.method == "DELETE":
            self._book.delete_service(number, by="api")
            return respond(204)
        return self._shown(request, shapes.service(service, self._book))

    async def _tariffs(self, request: Request) -> Response:
        told = attributes.options(attributes.TARIFF, [])
        return self._listed(request, entities.tariffs(self._book), "tariffs", told)

    async def _tariff(self, request: Request) -> Response:
        plan = entities.with_404(lambda: self._book.plan(request.path_params["plan_id"]))
        return self._shown(request, shapes.tariff(plan, 0))

    async def _changes(self, request: Request) -> Response:
        told = attributes.options([], [])
        return self._listed(request, entities.changes(self._book), "logs", told)

    async def _notes(self, request: Request) -> Response:
        if request.method == "POST":
            return respond(201, {"id": entities.add_note(self._book, await _content(request))})
        if not self._quirks.notes_listed:
            raise Refusal(405, "METHOD_DISABLED", "Method is disabled!")
        told = attributes.options([], [])
        return self._listed(request, entities.notes(self._book), "notes", told)

    async def _note(self, request: Request) -> Response:
        note = self._book.notes.get(request.path_params["note_id"])
        if note is None or note.account_id != request.path_params["customer_id"]:
            raise Refusal(404, "NOT_FOUND", "Not found.")
        return self._shown(request, shapes.note(note))

    # verbs that are the same everywhere

    def _listed(self, request: Request, entity: Entity, module: str, told: object) -> Response:
        if request.method == "OPTIONS":
            return respond(200, told)
        if request.method not in ("GET", "HEAD"):
            raise _no_method()
        query = parse(request.url.query)
        found = entity.found(query)
        if request.method == "HEAD":
            count = {"X-total-count": str(len(found))} if self._quirks.head_counts else {}
            return respond(204, headers=count)
        self.on_read(module)
        rows = page(query, found, self._quirks.page_cap)
        return respond(200, [self._out(entity.row(thing)) for thing in rows])

    def _shown(self, request: Request, row: dict[str, Any]) -> Response:
        if request.method != "GET":
            raise _no_method()
        return respond(200, self._out(row))

    def _out(self, row: dict[str, Any]) -> dict[str, Any]:
        return shapes.as_php(row, numbers_as_text=self._quirks.numbers_as_text)


def _refusals(handler: Handler) -> Handler:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Refusal as refusal:
            return respond(refusal.status, refusal.body)

    return answered


async def _nothing_here(_request: Request) -> Response:
    raise Refusal(404, "NOT_FOUND", "Page not found.")


def _no_method() -> Refusal:
    return Refusal(405, "METHOD_NOT_ALLOWED", "Method Not Allowed.")


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


async def _content(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request; nothing at all is an empty one."""
    body = await request.body()
    try:
        content = json.loads(body) if body else {}
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Refusal(400, "BAD_REQUEST", "The body is not a JSON object.")
    return content
