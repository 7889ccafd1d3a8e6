"""What a request that got no usable answer means, as errors for a person."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from positron_tui.domain.errors import (
    BillingBusy,
    BillingIndeterminate,
    BillingTimeout,
    BillingUnreachable,
)


def not_connected(name: str, place: str, error: BaseException) -> BillingUnreachable:
    """Return the error for a connection that did not come about; nothing was sent.

    `place` is the address without anything secret: scheme, host and port.
    """
    causes = list(_causes(error))
    if not_trusted(error):
        return BillingUnreachable(
            f"The certificate of billing system {name} at {place} is not trusted; give its "
            "authority's certificate as the CA file of the connection, or have it renewed."
        )
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return BillingUnreachable(
            f"Billing system {name} agrees on no TLS at {place}; check the address and the port."
        )
    if any(isinstance(one, socket.gaierror) for one in causes):
        return BillingUnreachable(
            f"The name in {place} of billing system {name} does not resolve; check its spelling."
        )
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return BillingUnreachable(
            f"Billing system {name} refuses connections at {place}; it may be restarting."
        )
    return BillingUnreachable(
        f"Billing system {name} does not answer at {place}; check the address and the network."
    )


def no_answer(
    name: str, what: str, how: str, *, writes: bool, late: bool = False
) -> BillingUnreachable | BillingIndeterminate:
    """Return the error for a request that was sent; `how` is as "broke the connection".

    `late`: it was a matter of time.
    """
    if writes:
        return BillingIndeterminate(
            f"Billing system {name} {how} while {what}: nobody knows whether it took effect. "
            "Read the account before you repeat it."
        )
    kind = BillingTimeout if late else BillingUnreachable
    return kind(f"Billing system {name} {how} while {what}; try again later.")


def busy(name: str, what: str, retry_after_s: float | None) -> BillingBusy:
    """Return the error for a system that asks for fewer requests."""
    when = "later" if retry_after_s is None else f"in {retry_after_s:g} s"
    return BillingBusy(
        f"Billing system {name} asks for fewer requests while {what}; try again {when}.",
        retry_after_s,
    )


def not_trusted(error: BaseException) -> bool:
    """Return whether a certificate was turned down: another try does not help."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _causes(error))


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
