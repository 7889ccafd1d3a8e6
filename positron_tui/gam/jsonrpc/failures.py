"""What a call that got no understood answer means, as errors for a person."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from positron_tui.domain.errors import (
    CapabilityMissing,
    CommandRejected,
    DeviceUnreachable,
    Indeterminate,
    LoginRefused,
    PositronError,
    UnexpectedReply,
)
from positron_tui.gam.jsonrpc.target import JsonRpcTarget

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, SERVER_ERRORS = 401, 403, 404, 500


def writes(method: str) -> bool:
    """Return whether a method may change something: all but those that get."""
    return not method.endswith(".get")


def not_connected(target: JsonRpcTarget, error: BaseException) -> DeviceUnreachable:
    """Return the error for a connection that did not come about; nothing was sent."""
    name, port = target.label, target.port
    causes = list(_causes(error))
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return DeviceUnreachable(
            f"{name} refuses connections on port {port}; "
            "it may be restarting or have its web server switched off."
        )
    if any(isinstance(one, socket.gaierror) for one in causes):
        return DeviceUnreachable(f"The name {target.host} does not resolve; check its spelling.")
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return DeviceUnreachable(
            f"{name} agrees on no TLS on port {port}; check that HTTPS is switched on there."
        )
    if any(isinstance(one, TimeoutError) for one in causes):
        return DeviceUnreachable(
            f"{name} does not answer on port {port} within {target.connect_timeout_s:g} s; "
            "check the address and the network."
        )
    return DeviceUnreachable(
        f"The connection to {name} on port {port} did not come about; try again later."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it; several addresses of a host fail as a group."""
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            pending.extend(one.exceptions)
        pending.extend((one.__cause__, one.__context__))


def no_answer(target: JsonRpcTarget, method: str, how: str) -> PositronError:
    """Return the error for a call that was sent and not answered; `how` completes "unit …"."""
    if writes(method):
        return _unknown_outcome(target, method, how)
    return DeviceUnreachable(f"{target.label} {how} on {method}; try again later.")


def bad_answer(target: JsonRpcTarget, method: str, why: str) -> PositronError:
    """Return the error for an answer without sense; `why` completes "its reply was not …"."""
    if writes(method):
        return _unknown_outcome(target, method, f"sent a reply that makes no sense ({why})")
    return UnexpectedReply(
        f"The reply of {target.label} to {method} could not be understood: {why}.", why
    )


def _unknown_outcome(target: JsonRpcTarget, method: str, how: str) -> Indeterminate:
    return Indeterminate(
        f"{target.label} {how} after {method} was sent; read the device to see whether it took "
        "effect."
    )


def bad_status(target: JsonRpcTarget, method: str, status: int) -> PositronError:
    """Return the error for an HTTP status that carries no JSON-RPC answer.

    4xx = the unit turned the request down unprocessed; everything else says nothing about that.
    """
    name = target.label
    if status == UNAUTHORIZED:
        return LoginRefused(
            f"{name} refuses the web login of user {target.user}; correct the user or the "
            "password before trying again, since repeated failures may lock the account."
        )
    if status == FORBIDDEN:
        return CommandRejected(
            method,
            f"status {status}",
            f"{name} does not let user {target.user} call {method}; "
            "raise the user's privilege level on the unit.",
        )
    if status == NOT_FOUND:
        return CapabilityMissing(
            method, f"status {status}", f"{name} has no JSON-RPC API on port {target.port}."
        )
    if UNAUTHORIZED - 1 <= status < SERVER_ERRORS:
        return CommandRejected(
            method, f"status {status}", f"{name} turned {method} down with status {status}."
        )
    if status >= SERVER_ERRORS:
        return no_answer(target, method, f"answered with status {status}")
    return bad_answer(target, method, f"status {status}")
