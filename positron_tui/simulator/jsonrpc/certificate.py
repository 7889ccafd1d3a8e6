"""The certificate of a unit's HTTPS server: made by the unit itself, as real ones do."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Whoever pins does not look at the dates; a unit whose clock was never set makes such a start.
_START = datetime(1970, 1, 2, tzinfo=UTC)
_VALID = timedelta(days=365 * 100)


def self_signed(name: str) -> tuple[ssl.SSLContext, str]:
    """Return a server's context with a new key, and its certificate as `SHA256:AB:CD:…`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_START)
        .not_valid_after(_START + _VALID)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The ssl module takes keys from files only.
    with tempfile.TemporaryDirectory(prefix="positron-unit-") as folder:
        file = Path(folder) / "unit.pem"
        file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(file)
    return context, "SHA256:" + made.fingerprint(hashes.SHA256()).hex(":").upper()
