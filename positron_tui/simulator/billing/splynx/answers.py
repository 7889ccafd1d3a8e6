"""Answers of the API: JSON as PHP makes it, and refusals with Splynx's codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response


class Refusal(Exception):
    """The API says no: an HTTP status, its own code and words; `body` replaces the usual one."""

    def __init__(self, status: int, internal_code: str, message: str, body: object = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = error(status, internal_code, message) if body is None else body


def error(status: int, internal_code: str, message: str) -> dict[str, Any]:
    """Return the body of an error."""
    return {"error": {"message": message, "code": status, "internal_code": internal_code}}


_BODIES = {
    401: ("UNAUTHORIZED", "Your request was made with invalid credentials."),
    403: ("FORBIDDEN", "You do not have permission to access this resource."),
    429: ("EXCEEDED_MAX_ATTEMPTS", "Too many requests."),
    500: ("SERVER_ERROR", "An internal server error occurred."),
}


def error_body(status: int) -> bytes:
    """Return the body of an error that a fault makes."""
    code, message = _BODIES[status]
    return json.dumps(error(status, code, message)).encode()


def respond(
    status: int, content: object = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer; without content it is empty."""
    body = b"" if content is None else json.dumps(content, separators=(",", ":")).encode()
    return Response(body, status, dict(headers or {}), "application/json")


def halve(body: bytes) -> bytes | None:
    """Return a list without its second half, None for what is no list or has nothing to lose."""
    try:
        rows = json.loads(body) if body else None
    except ValueError:
        return None
    if not isinstance(rows, list) or not rows:
        return None
    return json.dumps(rows[: len(rows) // 2]).encode()
