"""SNMPv3 with the user-based security model, the agent's side (RFC 3412, RFC 3414)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from positron_tui.domain.mac import mac_octets
from positron_tui.simulator.snmp import ber, crypto
from positron_tui.simulator.snmp.ber import BerError, Oid, Pdu

AUTH_FLAG = 0x01
PRIV_FLAG = 0x02
REPORTABLE_FLAG = 0x04
TIME_WINDOW_S = 150
_USM_MODEL = 3
_MAX_MESSAGE = 65_507
_SEALING = 40  # headers, padding and salt that sealing a response may add to a request's
_ENTERPRISE = 20095

_STATS: Oid = (1, 3, 6, 1, 6, 3, 15, 1, 1)
UNSUPPORTED_LEVELS: Oid = (*_STATS, 1, 0)
NOT_IN_TIME_WINDOWS: Oid = (*_STATS, 2, 0)
UNKNOWN_USER_NAMES: Oid = (*_STATS, 3, 0)
UNKNOWN_ENGINE_IDS: Oid = (*_STATS, 4, 0)
WRONG_DIGESTS: Oid = (*_STATS, 5, 0)
DECRYPTION_ERRORS: Oid = (*_STATS, 6, 0)

Handler = Callable[[Pdu, int], bytes | None]


@dataclass(frozen=True, slots=True)
class UsmUser:
    """The one user of a unit: both passphrases are the same; auth md5|sha, priv des|aes."""

    name: str
    passphrase: str = field(repr=False)
    auth: str = "sha"
    priv: str = "aes"

    @property
    def usable(self) -> bool:
        """False when the passphrase is shorter than RFC 3414 allows: SNMPv3 is then off."""
        return len(self.passphrase.encode()) >= crypto.MIN_PASSPHRASE

    def key(self, engine_id: bytes) -> bytes:
        return crypto.localized_key(self.auth, self.passphrase.encode(), engine_id)


@dataclass(frozen=True, slots=True)
class _Security:
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    auth_params: bytes
    priv_params: bytes
    auth_at: int  # where the authentication parameters stand in the message


@dataclass(frozen=True, slots=True)
class _Message:
    raw: bytes = field(repr=False)
    message_id: int
    max_size: int
    flags: int
    security: _Security
    data_at: int

    @property
    def reportable(self) -> bool:
        return bool(self.flags & REPORTABLE_FLAG)


class _ReportDue(Exception):
    """The message must be answered with a report about `counter`."""

    def __init__(self, counter: Oid, authenticated: bool = False) -> None:
        super().__init__(counter)
        self.counter = counter
        self.authenticated = authenticated


def engine_id_of(mac: str) -> bytes:
    """Return the engine id of a unit: the vendor's enterprise and its MAC (RFC 3411 format 3)."""
    return (0x80000000 | _ENTERPRISE).to_bytes(4, "big") + b"\x03" + mac_octets(mac)


class UsmEngine:
    """Answers SNMPv3 messages of one unit.

    `boot_time` gives the monotonic second at which the unit booted, `monotonic` the clock: their
    difference is the engine's time, and a changed boot time is another boot.
    """

    def __init__(
        self,
        mac: str,
        user: UsmUser,
        boot_time: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.engine_id = engine_id_of(mac)
        self.user = user
        self._boot_time = boot_time
        self._monotonic = monotonic
        self._booted_at = boot_time()
        self._boots = 1
        self._counts: dict[Oid, int] = {}

    def answer(self, data: bytes, max_size: int, handler: Handler) -> bytes | None:
        """Return the answer to a v3 message, a report, or None; raise BerError on garbage.

        `handler` gets the PDU and the octets that its encoded response may have, so that the
        whole message stays within `max_size`.
        """
        message = _parse(data)
        if not self.user.usable:
            return None
        boots, time = self._clock()
        try:
            pdu, context = self._open(message, boots, time)
        except _ReportDue as due:
            return self._report(message, due, boots, time)
        around = message.data_at + len(context) + _SEALING
        response = handler(pdu, min(message.max_size, max_size) - around)
        if response is None:
            return None
        level = message.flags & (AUTH_FLAG | PRIV_FLAG)
        return self._seal(message.message_id, level, context + response, boots, time)

    def _clock(self) -> tuple[int, int]:
        booted_at = self._boot_time()
        if booted_at != self._booted_at:
            self._booted_at = booted_at
            self._boots += 1
        return self._boots, max(0, int(self._monotonic() - booted_at))

    def _open(self, message: _Message, boots: int, time: int) -> tuple[Pdu, bytes]:
        """Return (PDU, encoded context) of a message that passes every check of RFC 3414 3.2."""
        security = message.security
        if security.engine_id != self.engine_id:
            raise _ReportDue(UNKNOWN_ENGINE_IDS)
        if security.user != self.user.name.encode():
            raise _ReportDue(UNKNOWN_USER_NAMES)
        if not message.flags & AUTH_FLAG:
            raise _ReportDue(UNSUPPORTED_LEVELS)
        self._check_digest(message)
        if security.boots != boots or abs(security.time - time) > TIME_WINDOW_S:
            raise _ReportDue(NOT_IN_TIME_WINDOWS, authenticated=True)
        if not message.flags & PRIV_FLAG:
            return _open_scoped(message.raw, message.data_at, len(message.raw))
        secret, _ = ber.read_octets(message.raw, message.data_at, len(message.raw))
        key = self.user.key(self.engine_id)
        try:
            plain = crypto.decrypt(
                self.user.priv, key, security.boots, security.time, secret, security.priv_params
            )
            return _open_scoped(plain, 0, ber.read_tlv(plain, 0, len(plain))[2])
        except (crypto.CryptoError, BerError):
            raise _ReportDue(DECRYPTION_ERRORS) from None

    def _check_digest(self, message: _Message) -> None:
        at, given = message.security.auth_at, message.security.auth_params
        if len(given) != crypto.DIGEST_OCTETS:
            raise _ReportDue(WRONG_DIGESTS)
        blank = message.raw[:at] + bytes(len(given)) + message.raw[at + len(given) :]
        key = self.user.key(self.engine_id)
        if crypto.digest(self.user.auth, key, blank) != given:
            raise _ReportDue(WRONG_DIGESTS)

    def _report(self, message: _Message, due: _ReportDue, boots: int, time: int) -> bytes | None:
        self._counts[due.counter] = count = self._counts.get(due.counter, 0) + 1
        if not message.reportable:
            return None
        value = ber.encode_integer(count, ber.COUNTER32)
        report = ber.encode_pdu(
            ber.REPORT, _request_id(message), 0, 0, [ber.encode_varbind(due.counter, value)]
        )
        context = ber.encode_octets(self.engine_id) + ber.encode_octets(b"")
        level = AUTH_FLAG if due.authenticated else 0
        return self._seal(message.message_id, level, context + report, boots, time)

    def _seal(self, message_id: int, level: int, scoped: bytes, boots: int, time: int) -> bytes:
        """Return the whole message around a scoped PDU's contents, encrypted and signed."""
        data = ber.tlv(ber.SEQUENCE, scoped)
        salt = b""
        key = self.user.key(self.engine_id) if level else b""
        if level & PRIV_FLAG:
            secret, salt = crypto.encrypt(self.user.priv, key, boots, time, data)
            data = ber.encode_octets(secret)
        header = ber.tlv(
            ber.SEQUENCE,
            ber.encode_integer(message_id)
            + ber.encode_integer(_MAX_MESSAGE)
            + ber.encode_octets(bytes((level,)))
            + ber.encode_integer(_USM_MODEL),
        )
        before = (
            ber.encode_octets(self.engine_id)
            + ber.encode_integer(boots)
            + ber.encode_integer(time)
            + ber.encode_octets(self.user.name.encode() if level else b"")
        )
        blank = bytes(crypto.DIGEST_OCTETS if level else 0)
        params = ber.tlv(ber.SEQUENCE, before + ber.encode_octets(blank) + ber.encode_octets(salt))
        tail = ber.encode_octets(params) + data
        whole = ber.tlv(ber.SEQUENCE, ber.encode_integer(3) + header + tail)
        if not level:
            return whole
        digest = crypto.digest(self.user.auth, key, whole)
        at = len(whole) - len(data) - len(ber.encode_octets(salt)) - len(blank)
        return whole[:at] + digest + whole[at + len(digest) :]


def _open_scoped(data: bytes, position: int, end: int) -> tuple[Pdu, bytes]:
    position, stop = ber.expect(data, position, end, ber.SEQUENCE)
    _, name_at = ber.read_octets(data, position, stop)
    _, pdu_at = ber.read_octets(data, name_at, stop)
    return ber.decode_pdu(data, pdu_at, stop), data[position:pdu_at]


def _request_id(message: _Message) -> int:
    """Return the request id of a plain scoped PDU for its report; 0 when it cannot be read."""
    if message.flags & PRIV_FLAG:
        return 0
    try:
        return _open_scoped(message.raw, message.data_at, len(message.raw))[0].request_id
    except BerError:
        return 0


def _parse(data: bytes) -> _Message:
    position, end = ber.expect(data, 0, len(data), ber.SEQUENCE)
    version, position = ber.read_integer(data, position, end)
    if version != 3 or end != len(data):
        raise BerError("not an SNMPv3 message")
    header, position = ber.expect(data, position, end, ber.SEQUENCE)
    message_id, header = ber.read_integer(data, header, position)
    max_size, header = ber.read_integer(data, header, position)
    flags, header = ber.read_octets(data, header, position)
    model, header = ber.read_integer(data, header, position)
    if len(flags) != 1 or model != _USM_MODEL or header != position or max_size < 484:
        raise BerError("an SNMPv3 header that is not of the user-based model")
    if flags[0] & PRIV_FLAG and not flags[0] & AUTH_FLAG:
        raise BerError("privacy without authentication")
    start, position = ber.expect(data, position, end, ber.OCTETS)
    security = _parse_security(data, start, position)
    return _Message(data, message_id, max_size, flags[0], security, position)


def _parse_security(data: bytes, position: int, end: int) -> _Security:
    position, stop = ber.expect(data, position, end, ber.SEQUENCE)
    engine_id, position = ber.read_octets(data, position, stop)
    boots, position = ber.read_integer(data, position, stop)
    time, position = ber.read_integer(data, position, stop)
    user, position = ber.read_octets(data, position, stop)
    auth_at, position = ber.expect(data, position, stop, ber.OCTETS)
    auth_params = data[auth_at:position]
    priv_params, position = ber.read_octets(data, position, stop)
    if position != stop or stop != end:
        raise BerError("octets behind the security parameters")
    return _Security(engine_id, boots, time, user, auth_params, priv_params, auth_at)
