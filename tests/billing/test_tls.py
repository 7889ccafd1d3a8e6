"""TLS is always verified: against known authorities, or against one that is named."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from positron_tui.billing.contract import Connection
from positron_tui.billing.http import Ask, BillingHttp
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import BillingUnreachable
from tests.billing.stand import Waits

READ = Ask("GET", "/", "reading")
AskOnce = Callable[[str, Path | None], Awaitable[int]]


class Authority:
    """A private CA that signs certificates for addresses."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Private CA")])
        self._ski = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        self.certificate = (
            self._builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(self._ski, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def context_for(self, address: str, folder: Path) -> ssl.SSLContext:
        """Return the context of a server at this address."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._ski)
        leaf = (
            self._builder(name, key.public_key())
            .add_extension(names, critical=False)
            .add_extension(authority, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def file(self, folder: Path) -> Path:
        path = folder / "ca.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")
    await writer.drain()
    writer.close()


@asynccontextmanager
async def served(context: ssl.SSLContext) -> AsyncIterator[str]:
    """Yield the address of a TLS server."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def ask() -> AsyncIterator[AskOnce]:
    """Yield what asks an address once, trusting a CA file or not, and returns the status."""
    waits = Waits()
    async with AsyncExitStack() as stack:

        async def asked(url: str, ca_file: Path | None) -> int:
            connection = Connection("isp", BillingKind.SPLYNX, url, ca_file=ca_file)
            http = BillingHttp(connection, sleep=waits)
            stack.push_async_callback(http.aclose)
            return (await http.read(READ)).status

        yield asked
    # Trying again does not make a certificate better.
    assert waits.seconds == []


async def test_a_certificate_of_a_private_ca_needs_that_ca(ask: AskOnce, tmp_path: Path) -> None:
    authority = Authority()
    async with served(authority.context_for("127.0.0.1", tmp_path)) as url:
        with pytest.raises(BillingUnreachable, match="not trusted; give its authority's"):
            await ask(url, None)
        assert await ask(url, authority.file(tmp_path)) == 200


async def test_a_certificate_of_another_host_is_not_taken(ask: AskOnce, tmp_path: Path) -> None:
    authority = Authority()
    async with served(authority.context_for("192.0.2.1", tmp_path)) as url:
        with pytest.raises(BillingUnreachable, match="not trusted"):
            await ask(url, authority.file(tmp_path))


async def test_a_certificate_of_another_ca_is_not_taken(ask: AskOnce, tmp_path: Path) -> None:
    async with served(Authority().context_for("127.0.0.1", tmp_path)) as url:
        with pytest.raises(BillingUnreachable, match="not trusted"):
            await ask(url, Authority().file(tmp_path))
