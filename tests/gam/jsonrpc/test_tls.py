"""Pinning, against a real TLS server with certificates that are thrown away afterwards."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from positron_tui.domain.errors import (
    CertificateChanged,
    CertificateUnknown,
    DeviceUnreachable,
    Refused,
)
from positron_tui.gam.jsonrpc.client import JsonRpcClient
from positron_tui.gam.jsonrpc.target import JsonRpcTarget
from positron_tui.gam.jsonrpc.tls import fetch_certificate, fingerprint, same_fingerprint
from tests.gam.jsonrpc.conftest import PASSWORD
from tests.gam.jsonrpc.odd_server import OddServer, Request, envelope, odd_server

READ = "ghnAgent.config.global.get"


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """Return a server's context and the fingerprint of its self-signed, long expired certificate.

    Units without a clock make such ones.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(1970, 1, 2, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return context, "SHA256:" + made.fingerprint(hashes.SHA256()).hex(":").upper()


def target_of(odd: OddServer, pinned: str | None) -> JsonRpcTarget:
    return JsonRpcTarget(
        "127.0.0.1", odd.port, tls=True, pinned_certificate=pinned, name="gam-01", timeout_s=20
    )


async def echo(request: Request) -> bytes:
    return envelope(request, request.body["params"])


async def test_the_pinned_certificate_is_talked_to(tmp_path: Path) -> None:
    context, pinned = certificate(tmp_path, "unit")
    spellings = (pinned, pinned.lower(), pinned.removeprefix("SHA256:").replace(":", ""))
    async with odd_server(echo, context) as odd:
        for spelling in spellings:
            async with JsonRpcClient(target_of(odd, spelling), PASSWORD) as client:
                assert await client.call(READ, 1) == [1]
                assert await client.call(READ, 2) == [2]
    assert odd.connections == len(spellings)


async def test_first_use_shows_the_fingerprint_and_sends_nothing(tmp_path: Path) -> None:
    context, real = certificate(tmp_path, "unit")
    async with odd_server(echo, context) as odd:
        target = target_of(odd, None)
        async with JsonRpcClient(target, PASSWORD) as client:
            with pytest.raises(CertificateUnknown, match="not trusted yet") as caught:
                await client.call(READ)
        assert caught.value.fingerprint == real
        assert real in str(caught.value)
        assert await fetch_certificate(target) == real
    assert odd.requests == []


async def test_another_certificate_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    _, pinned = certificate(tmp_path, "before")
    context, offered = certificate(tmp_path, "after")
    async with (
        odd_server(echo, context) as odd,
        JsonRpcClient(target_of(odd, pinned), PASSWORD) as client,
    ):
        for _ in range(2):
            with pytest.raises(CertificateChanged, match="nothing was sent") as caught:
                await client.call("ghnAgent.config.global.set", {})
            assert (caught.value.pinned, caught.value.offered) == (pinned, offered)
            assert pinned in str(caught.value)
            assert offered in str(caught.value)
            assert isinstance(caught.value, Refused)
    assert odd.requests == []


async def test_a_port_without_tls(tmp_path: Path) -> None:
    _, pinned = certificate(tmp_path, "unit")

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    odd = OddServer(port=int(server.sockets[0].getsockname()[1]))
    async with server:
        async with JsonRpcClient(target_of(odd, pinned), PASSWORD) as client:
            with pytest.raises(DeviceUnreachable, match="check that HTTPS"):
                await client.call("ghnAgent.config.global.set", {})
        with pytest.raises(DeviceUnreachable, match="shows no certificate"):
            await fetch_certificate(target_of(odd, None))


async def test_nothing_listens(tmp_path: Path) -> None:
    context, pinned = certificate(tmp_path, "unit")
    async with odd_server(echo, context) as odd:
        pass
    async with JsonRpcClient(target_of(odd, pinned), PASSWORD) as client:
        with pytest.raises(DeviceUnreachable, match="refuses connections"):
            await client.call(READ)
    with pytest.raises(DeviceUnreachable):
        await fetch_certificate(target_of(odd, None))


def test_fingerprints() -> None:
    one = fingerprint(b"a certificate")

    assert one.startswith("SHA256:")
    assert len(one) == len("SHA256:") + 32 * 3 - 1
    assert same_fingerprint(one, one.lower().removeprefix("sha256:").replace(":", "-"))
    assert not same_fingerprint(one, fingerprint(b"another"))
