"""What Splynx answers when it does not do what was asked, as errors for a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from positron_tui.billing.http import SERVER_ERROR, HttpAnswer
from positron_tui.billing.shown import Veil
from positron_tui.domain.errors import (
    BillingAnswer,
    BillingIndeterminate,
    BillingLoginRefused,
    BillingRejected,
    PositronError,
)

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, NO_METHOD = 401, 403, 404, 405
_RESTRICTED = ("NOT_ALLOWED_BY_PARTNER_RESTRICTION", "NOT_ALLOWED_BY_USER_RESTRICTION")
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a refusal says: Splynx's own code, and its words, which are foreign text."""

    code: str = ""
    words: str = ""


class NotJson(Exception):
    """An answer is no JSON."""


def parsed(body: bytes) -> Any:
    """Return the JSON value of an answer; NotJson for anything else."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NotJson from None


def told(answer: HttpAnswer) -> Told:
    """Return what an answer says of what is wrong; its shape is not the same everywhere."""
    try:
        content = parsed(answer.body)
    except NotJson:
        return Told()
    if isinstance(content, str):
        return Told(words=content)
    if isinstance(content, list):
        return Told(words="; ".join(_field_words(one) for one in content[:_SEVERAL]))
    inner = content.get("error", content) if isinstance(content, dict) else {}
    if isinstance(inner, dict):
        return Told(str(inner.get("internal_code", "")), str(inner.get("message", "")))
    return Told(words=str(inner))


def is_gone(answer: HttpAnswer) -> bool:
    """Return whether Splynx itself, and nothing before it, says that there is no such object."""
    return answer.status == NOT_FOUND and told(answer).code == "NOT_FOUND"


def failure(name: str, what: str, answer: HttpAnswer, veil: Veil, *, writes: bool) -> PositronError:
    """Return the error that an answer means, whose status is none of success."""
    said = told(answer)
    words = veil.sentence(said.words).rstrip(".")
    reason = f": {words}" if words else ""
    if answer.status == UNAUTHORIZED:
        return login_refused(name, words)
    if answer.status == FORBIDDEN or said.code in _RESTRICTED:
        return BillingLoginRefused(
            f"The API key of {name} may not be used for {what}{reason}. Allow it in Splynx under "
            "Administration > API keys."
        )
    if answer.status == NO_METHOD:
        return BillingLoginRefused(
            f"Splynx {name} has {what} switched off{reason}. Enable the module, or allow it to "
            "the API key."
        )
    if answer.status >= SERVER_ERROR:
        if writes:
            return BillingIndeterminate(
                f"Splynx {name} failed inside (status {answer.status}) while {what}{reason}; "
                "nobody knows whether it took effect. Read the account before you repeat it."
            )
        return BillingAnswer(
            f"Splynx {name} failed inside (status {answer.status}) while {what}{reason}. "
            "Its own log tells more."
        )
    if writes:
        return BillingRejected(f"Splynx {name} refused {what} (status {answer.status}){reason}.")
    return BillingAnswer(
        f"Splynx {name} does not understand {what} (status {answer.status}){reason}."
    )


def login_refused(name: str, words: str) -> BillingLoginRefused:
    """Return the error for a key, signature, nonce or token that is not taken."""
    reason = f" ({words})" if words else ""
    return BillingLoginRefused(
        f"Splynx {name} turns the login down{reason}. Check key and secret, and that no other "
        "program uses this API key; logging in by 'basic' needs its unsecure access."
    )


def not_understood(name: str, what: str, why: str) -> BillingAnswer:
    """Return the error for an answer of success that makes no sense."""
    return BillingAnswer(f"The answer of Splynx {name} while {what} cannot be used: {why}.")


def _field_words(one: object) -> str:
    if isinstance(one, dict):
        return ": ".join(str(one[name]) for name in ("field", "message") if one.get(name))
    return str(one)
