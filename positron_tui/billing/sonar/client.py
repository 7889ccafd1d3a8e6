"""GraphQL requests to Sonar, and what their answers mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from positron_tui.billing import failures
from positron_tui.billing.contract import Sleep
from positron_tui.billing.http import SERVER_ERROR, Ask, BillingHttp, HttpAnswer
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingBusy,
    BillingIndeterminate,
    BillingLoginRefused,
    BillingRejected,
    BillingUnreachable,
    PositronError,
)

Row = Mapping[str, Any]
PATH = "/api/graphql"
# Sonar counts the requests of a minute, and tells its refusal in the body of any HTTP status.
LIMIT_PAUSES_S = (15.0, 45.0)
PAGE_PAUSES_S = (2.0, 5.0)
_NOT_AUTHORIZED = ("unauthenticated", "unauthorized", "permission", "forbidden")
_OWN_TROUBLE = ("server error", "timeout", "timed out")


class GraphQL:
    """Asks one Sonar; answers come as the object under `data`, everything else is an error."""

    def __init__(self, http: BillingHttp, token: str, sleep: Sleep = asyncio.sleep) -> None:
        self._http = http
        self._sleep = sleep
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Authorization": f"Bearer {token}",
        }

    @property
    def name(self) -> str:
        return self._http.name

    async def read(
        self, text: str, variables: Row | None = None, *, what: str, patient: bool = True
    ) -> Row:
        """Return the data of a query, asked again for a while where that may help.

        `what` is as "reading the accounts"; `patient` False: what takes too long is not repeated.
        Raises BillingUnreachable, BillingBusy, BillingLoginRefused, BillingAnswer.
        """
        ask = self._ask(text, variables, what)
        tries = 0
        while True:
            answer = await self._http.read(ask, patient=patient)
            try:
                return self._data(answer, what, writes=False)
            except (BillingBusy, BillingUnreachable) as error:
                pauses = LIMIT_PAUSES_S if isinstance(error, BillingBusy) else PAGE_PAUSES_S
                if tries >= len(pauses):
                    raise
                await self._sleep(pauses[tries])
            tries += 1

    async def write(self, text: str, variables: Row, *, what: str) -> Row:
        """Return the data of a mutation, which is sent once.

        Raises BillingRejected, BillingLoginRefused and BillingBusy when it was not done,
        BillingIndeterminate when nobody knows.
        """
        answer = await self._http.write(self._ask(text, variables, what))
        return self._data(answer, what, writes=True)

    def _ask(self, text: str, variables: Row | None, what: str) -> Ask:
        content = json.dumps({"query": text, "variables": dict(variables or {})}).encode()
        return Ask("POST", PATH, what, content, self._headers)

    # Order: the limit, which may have any status; status, JSON, `error`, `errors`, `data`.

    def _data(self, answer: HttpAnswer, what: str, *, writes: bool) -> Row:
        parsed = _parsed(answer.body)
        told = parsed.get("error") if isinstance(parsed, dict) else None
        if isinstance(told, str) and "request limit" in told.lower():
            raise failures.busy(self.name, what, None)
        self._check_status(answer.status, what, writes=writes)
        if not isinstance(parsed, dict):
            raise self._not_understood(answer, what, writes=writes)
        if isinstance(told, str):
            raise self._refused(told, what, writes=writes)
        data = parsed.get("data")
        errors = parsed.get("errors")
        if errors:
            raise self._errors(errors, data, what, writes=writes)
        if not isinstance(data, dict):
            raise self._not_understood(answer, what, writes=writes)
        return data

    def _check_status(self, status: int, what: str, *, writes: bool) -> None:
        if status < 300:
            return
        if status == 401:
            raise BillingLoginRefused(
                f"Billing system {self.name} refuses the access token while {what}; it may be "
                "revoked, or its user deactivated. Give a new one."
            )
        if status == 403:
            raise BillingLoginRefused(
                f"The user of the access token may not do this in billing system {self.name} "
                f"({what}); extend its role in Sonar."
            )
        if status >= SERVER_ERROR:
            how = f"has a problem of its own (status {status})"
            raise failures.no_answer(self.name, what, how, writes=writes)
        kind = BillingRejected if writes else BillingAnswer
        raise kind(
            f"Billing system {self.name} answers with status {status} while {what}; check that "
            "its address is that of Sonar."
        )

    def _not_understood(self, answer: HttpAnswer, what: str, *, writes: bool) -> PositronError:
        page = answer.body.lstrip()[:1] == b"<" or not answer.body.strip()
        if writes or page:
            how = "answers with a web page, not as Sonar does," if page else "answers in no form"
            return failures.no_answer(self.name, what, how, writes=writes)
        return BillingAnswer(
            f"Billing system {self.name} answers in no known form while {what}; check that its "
            "address is that of Sonar."
        )

    def _errors(self, errors: Any, data: Any, what: str, *, writes: bool) -> PositronError:
        first = errors[0] if isinstance(errors, list) else errors
        message = first.get("message") if isinstance(first, dict) else None
        text = message if isinstance(message, str) else "an error without words"
        done = isinstance(data, dict) and any(value is not None for value in data.values())
        if writes and (done or any(word in text.lower() for word in _OWN_TROUBLE)):
            return BillingIndeterminate(
                f"Billing system {self.name} answers '{self.shown(text)}' while {what}: nobody "
                "knows whether it took effect. Read the account before you repeat it."
            )
        return self._refused(text, what, writes=writes)

    def _refused(self, text: str, what: str, *, writes: bool) -> PositronError:
        sentence = f"Billing system {self.name} refused: '{self.shown(text)}' ({what})."
        if any(word in text.lower() for word in _NOT_AUTHORIZED):
            return BillingLoginRefused(f"{sentence} Extend the role of the token's user in Sonar.")
        return BillingRejected(sentence) if writes else BillingAnswer(sentence)

    def shown(self, text: str) -> str:
        """Return foreign text as it may stand in a sentence."""
        return self._http.veil.sentence(text)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
