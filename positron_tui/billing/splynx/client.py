"""The verbs of Splynx's API, each with its success, its query language and its failures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from positron_tui.billing.contract import Sleep
from positron_tui.billing.http import BACK_OFF_S, SERVER_ERROR, Ask, BillingHttp, HttpAnswer
from positron_tui.billing.splynx import errors
from positron_tui.billing.splynx.coerce import as_int, as_object
from positron_tui.billing.splynx.login import SplynxLogin
from positron_tui.domain.errors import BillingIndeterminate, PositronError

ADMIN = "/api/2.0/admin/"
Params = tuple[tuple[str, str], ...]
Row = Mapping[str, object]
_JSON = {"Content-Type": "application/json"}
_NOT_OFFERED = frozenset({errors.FORBIDDEN, errors.NOT_FOUND, errors.NO_METHOD})


def where(attribute: str, operator: str, *values: object) -> Params:
    """Return a condition on an attribute."""
    name = f"main_attributes[{attribute}]"
    words = (operator, *values)
    return tuple((f"{name}[{place}]", str(word)) for place, word in enumerate(words))


def by_id(*, limit: int, descending: bool = False) -> Params:
    """Return the order by id, and how many rows at most."""
    return (("order[id]", "DESC" if descending else "ASC"), ("limit", str(limit)))


class SplynxClient:
    """Paths are below `admin/`; `what` says for people what is done, as "reading the plans"."""

    def __init__(self, http: BillingHttp, login: SplynxLogin, sleep: Sleep) -> None:
        self._http = http
        self._login = login
        self._sleep = sleep

    @property
    def name(self) -> str:
        return self._http.name

    async def get(self, path: str, what: str, params: Params = ()) -> Any:
        """Return the JSON value of a GET."""
        return self._content(self._good(await self._read("GET", path, what, params), what), what)

    async def rows(self, path: str, what: str, params: Params) -> list[Row]:
        """Return the objects of a list."""
        content = await self.get(path, what, params)
        if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
            raise errors.not_understood(self.name, what, "it is not a list of objects")
        return content

    async def item(self, path: str, what: str) -> Row | None:
        """Return an object, None when Splynx itself says that it is gone."""
        answer = await self._read("GET", path, what)
        if errors.is_gone(answer):
            return None
        content = as_object(self._content(self._good(answer, what), what))
        if as_int(content.get("id")) is None:
            raise errors.not_understood(self.name, what, "it is not an object with an id")
        return content

    async def count(self, path: str, what: str, params: Params) -> int | None:
        """Return how many rows there are, None where that is not told."""
        answer = await self._read("HEAD", path, what, params)
        if answer.status in _NOT_OFFERED or answer.status >= SERVER_ERROR:
            return None
        self._good(answer, what)
        return as_int(answer.headers.get("x-total-count"))

    async def options(self, path: str, what: str) -> Row | None:
        """Return what an entity consists of, None where that is not told."""
        answer = await self._read("OPTIONS", path, what)
        if answer.status in _NOT_OFFERED:
            return None
        return as_object(self._content(self._good(answer, what), what))

    async def attempt(self, path: str, what: str, params: Params = ()) -> HttpAnswer:
        """Return the answer to a GET whatever its status, logins that are turned down excepted."""
        answer = await self._read("GET", path, what, params)
        if answer.status == errors.UNAUTHORIZED:
            self._good(answer, what)
        return answer

    async def put(self, path: str, content: Mapping[str, object], what: str) -> None:
        """Write a part of an object; BillingRejected, BillingIndeterminate."""
        answer = await self._write("PUT", path, content, what)
        if answer.body and not answer.body.isspace():
            self._written(answer, what)

    async def post(self, path: str, content: Mapping[str, object], what: str) -> int:
        """Add an object and return its id; BillingRejected, BillingIndeterminate."""
        answer = await self._write("POST", path, content, what)
        number = as_int(as_object(self._written(answer, what)).get("id"))
        if number is None:
            raise self._unclear(what)
        return number

    def problem(self, answer: HttpAnswer, what: str) -> PositronError:
        """Return what an answer means whose status is none of success."""
        return errors.failure(self.name, what, answer, self._http.veil, writes=False)

    def _good(self, answer: HttpAnswer, what: str) -> HttpAnswer:
        if not 200 <= answer.status < 300:
            raise self.problem(answer, what)
        return answer

    def _content(self, answer: HttpAnswer, what: str) -> Any:
        try:
            return errors.parsed(answer.body)
        except errors.NotJson:
            why = "it is not JSON; something in between may have answered"
            raise errors.not_understood(self.name, what, why) from None

    def _written(self, answer: HttpAnswer, what: str) -> Any:
        """Return the content of the answer to a write; a proxy's page leaves it open."""
        try:
            return errors.parsed(answer.body)
        except errors.NotJson:
            raise self._unclear(what) from None

    def _unclear(self, what: str) -> BillingIndeterminate:
        return BillingIndeterminate(
            f"The answer of Splynx {self.name} while {what} makes no sense: nobody knows whether "
            "it took effect. Read the account before you repeat it."
        )

    async def _read(
        self, method: str, path: str, what: str, params: Iterable[tuple[str, str]] = ()
    ) -> HttpAnswer:
        query = urlencode(list(params))
        target = f"{ADMIN}{path}?{query}" if query else f"{ADMIN}{path}"
        ask = Ask(method, target, what)
        answer = await self._logged_in(ask, writes=False)
        if answer.status == SERVER_ERROR:
            # It may pass; it may also be how Splynx answers a request that it does not like.
            await self._sleep(BACK_OFF_S[0])
            answer = await self._logged_in(ask, writes=False)
        return answer

    async def _write(
        self, method: str, path: str, content: Mapping[str, object], what: str
    ) -> HttpAnswer:
        ask = Ask(method, f"{ADMIN}{path}", what, json.dumps(content).encode(), _JSON)
        answer = await self._logged_in(ask, writes=True)
        if not 200 <= answer.status < 300:
            raise errors.failure(self.name, what, answer, self._http.veil, writes=True)
        return answer

    async def _logged_in(self, ask: Ask, *, writes: bool) -> HttpAnswer:
        """Send; where the token is turned down, once more with a new one: nothing was done."""
        send = self._http.write if writes else self._http.read
        used = ""

        @asynccontextmanager
        async def authorize() -> AsyncIterator[Mapping[str, str]]:
            nonlocal used
            async with self._login.authorize() as headers:
                used = headers["Authorization"]
                yield headers

        answer = await send(ask, authorize)
        if answer.status == errors.UNAUTHORIZED and self._login.renews:
            self._login.spoiled(used)
            answer = await send(ask, authorize)
        return answer
