"""TLS to devices whose certificates no authority signs: one certificate per device is pinned."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from collections.abc import Callable

from positron_tui.domain.errors import (
    CertificateChanged,
    CertificateUnknown,
    DeviceUnreachable,
    PositronError,
)
from positron_tui.gam.jsonrpc.target import JsonRpcTarget

_CLOSE_TIMEOUT_S = 2.0
_NOT_HEX = re.compile(r"[^0-9A-F]")


class NotThePinned(ssl.SSLError):
    """The handshake was broken off because of the certificate, before anything was sent."""


def fingerprint(certificate: bytes) -> str:
    """Return the fingerprint of a DER certificate as `SHA256:AB:CD:…`, as browsers show it."""
    digest = hashlib.sha256(certificate).hexdigest().upper()
    return "SHA256:" + ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def same_fingerprint(one: str, other: str) -> bool:
    """Compare two fingerprints in any spelling."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return _NOT_HEX.sub("", text.upper().removeprefix("SHA256:"))


def pinning_context(accept: Callable[[str], bool]) -> ssl.SSLContext:
    """Return a context whose handshakes end right after `accept` said no to the fingerprint.

    Names and signatures are not checked: a unit signs its own certificate, often with a clock
    that was never set. The fingerprint is the whole trust.
    """

    class Pinned(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            certificate = self.getpeercert(binary_form=True)
            if certificate is None or not accept(fingerprint(certificate)):
                raise NotThePinned("the certificate is not the pinned one")

    context = _bare_context()
    context.sslobject_class = Pinned
    return context


def _bare_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def fetch_certificate(target: JsonRpcTarget) -> str:
    """Return the fingerprint of the certificate that a device shows now; nothing is sent to it.

    Raises DeviceUnreachable when it does not answer or does not speak TLS.
    """
    seen: list[str] = []

    def look(offered: str) -> bool:
        seen.append(offered)
        return True

    try:
        async with asyncio.timeout(target.connect_timeout_s):
            _, writer = await asyncio.open_connection(
                target.host, target.port, ssl=pinning_context(look), server_hostname=target.host
            )
    except (OSError, TimeoutError, ValueError) as error:
        raise DeviceUnreachable(
            f"{target.label} shows no certificate on port {target.port}; "
            "check that HTTPS is switched on there."
        ) from error
    writer.close()
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()
    return seen[-1]


def untrusted(target: JsonRpcTarget, offered: str) -> PositronError:
    """Return the error for a certificate that is not the pinned one."""
    pinned = target.pinned_certificate
    if pinned is None:
        return CertificateUnknown(
            f"The TLS certificate of {target.label} is not trusted yet: {offered}; "
            "compare it with the device and accept it.",
            offered,
        )
    return CertificateChanged(
        f"{target.label} shows the TLS certificate {offered} instead of the trusted {pinned}; "
        "nothing was sent. Accept the new one only if the unit was replaced or made itself a new "
        "certificate.",
        pinned,
        offered,
    )
