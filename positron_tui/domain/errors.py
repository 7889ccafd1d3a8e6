"""The one exception tree; every error carries a sentence for a person and an exit code.

PositronError                   1  something failed
├── UsageError                  2  the request itself makes no sense
├── ConfigError                 2  a setting is wrong (names file and key)
├── DeviceUnreachable           3  nothing answers, or the session broke before anything was sent
│   ├── LoginRefused            3  the device answers and turns the credentials down
│   └── SessionLimit            3  the device has no free session
├── Refused                     4  we will not do it
│   ├── ValidationFailed        4  a field breaks a rule (carries every finding)
│   ├── ReadOnlyRefused         4  the device or the console is read-only
│   ├── HostKeyUnknown          4  first contact: the fingerprint waits for a person
│   ├── HostKeyChanged          4  the pinned key differs: blocked, both fingerprints carried
│   ├── CertificateUnknown      4  first contact over TLS: the fingerprint waits for a person
│   ├── CertificateChanged      4  the pinned certificate differs: both fingerprints carried
│   ├── DeviceBusy              4  another writer holds the device
│   ├── DeviceChanged           4  the device is no longer what the plan was made from
│   ├── HookRefused             4  a delivered hook is not genuine
│   └── CannotPlan              4  no commands lead from what runs to what is wanted
│       └── NeedsJsonRpc        4  only the JSON-RPC API has words for it
├── Indeterminate               5  sent, and nobody knows whether it took effect
│   └── BillingIndeterminate    5  the same for what was written to a billing system
├── CommandRejected             1  the device said no (carries command and reply)
│   ├── CapabilityMissing       1  the device does not have this command or method
│   └── GhnRefusal              1  its G.hn module said no (carries the module's code)
├── UnexpectedReply             1  a reply could not be understood (carries the line)
├── NotFound                    1  no such device, port, endpoint or subscriber
├── BillingError                1  the billing system did not do what was asked
│   ├── BillingUnreachable      3  it does not answer, or only its proxy does
│   │   └── BillingTimeout      3  it took too long: asking for less may help
│   ├── BillingLoginRefused     3  it turns the key, token or its permissions down
│   ├── BillingBusy             3  it asks for fewer requests
│   ├── BillingAnswer           1  an answer could not be understood, or is not whole
│   └── BillingRejected         1  it refused what was to be written
├── CredentialError             1  a secret is missing or its back-end does not answer
│   └── CredentialsLocked       1  the back-end needs a passphrase first
├── StoreError                  1  the database refused
└── CannotListen                1  an address to listen on is taken, or is not this machine's
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PositronError(Exception):
    """Base of all errors that a person may see; `str(error)` is the sentence."""

    exit_code = 1


class UsageError(PositronError):
    """The request is incomplete or contradicts itself."""

    exit_code = 2


class ConfigError(PositronError):
    """A setting is wrong; the sentence names the file and the key."""

    exit_code = 2


class DeviceUnreachable(PositronError):
    """The device does not answer, or the line broke before anything was sent."""

    exit_code = 3


class LoginRefused(DeviceUnreachable):
    """The device answers and refuses the user name, password, community or SNMPv3 key."""


class SessionLimit(DeviceUnreachable):
    """The device has no free session left."""


class Refused(PositronError):
    """The console will not do it, for the reason in the sentence."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: `field` is the field's name, `text` a sentence that says what to do."""

    field: str
    text: str


class ValidationFailed(Refused):
    """One or more fields break a rule; `findings` has them all."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(" ".join(finding.text for finding in findings))
        self.findings = findings


class ReadOnlyRefused(Refused):
    """The device, or the whole console, is read-only."""


class HostKeyUnknown(Refused):
    """First contact over SSH: the key is not trusted yet."""

    def __init__(self, message: str, fingerprint: str) -> None:
        super().__init__(message)
        self.fingerprint = fingerprint


class HostKeyChanged(Refused):
    """The device shows another SSH host key than the pinned one; the device is blocked."""

    def __init__(self, message: str, pinned: str, offered: str) -> None:
        super().__init__(message)
        self.pinned = pinned
        self.offered = offered


class CertificateUnknown(Refused):
    """First contact over TLS: the certificate is not trusted yet."""

    def __init__(self, message: str, fingerprint: str) -> None:
        super().__init__(message)
        self.fingerprint = fingerprint


class CertificateChanged(Refused):
    """The device shows another TLS certificate than the pinned one; nothing was sent."""

    def __init__(self, message: str, pinned: str, offered: str) -> None:
        super().__init__(message)
        self.pinned = pinned
        self.offered = offered


class DeviceBusy(Refused):
    """Another writer holds the lease of this device."""


class DeviceChanged(Refused):
    """The device differs from what the plan was computed from; the plan is void."""


class CannotPlan(Refused):
    """No known commands lead from the configuration that runs to the one that is wanted."""


class HookRefused(Refused):
    """A delivered hook has no right signature or no known form."""


class NeedsJsonRpc(CannotPlan):
    """The command line has no words for it, and the device's JSON-RPC API cannot be used."""


class Indeterminate(PositronError):
    """A command was sent and its outcome is unknown; reading the device settles it."""

    exit_code = 5


class BillingIndeterminate(Indeterminate):
    """Something was sent to a billing system without an answer; reading it settles that."""


class CommandRejected(PositronError):
    """The device answered a command with an error of its own."""

    def __init__(self, command: str, reply: str, message: str | None = None) -> None:
        super().__init__(message or f"The device refused '{command}': {reply}")
        self.command = command
        self.reply = reply


class CapabilityMissing(CommandRejected):
    """The device's firmware does not have this command or method."""


class Retry(StrEnum):
    """Whether the same request may work later without anybody changing anything."""

    DO_NOT_RETRY = "do_not_retry"
    RETRY_LATER = "retry_later"


class GhnRefusal(CommandRejected):
    """The G.hn module refused; `module_code` is its own code (-1 to -57, JSON-RPC document)."""

    def __init__(
        self, command: str, reply: str, message: str, module_code: int, retry: Retry
    ) -> None:
        super().__init__(command, reply, message)
        self.module_code = module_code
        self.retry = retry


class UnexpectedReply(PositronError):
    """A reply does not have the known form; `line` is the offending line."""

    def __init__(self, message: str, line: str = "") -> None:
        super().__init__(message)
        self.line = line


class NotFound(PositronError):
    """Nothing by that name is known; the sentence names what there is."""


class BillingError(PositronError):
    """The billing system did not do what was asked; that never means that nothing is there."""


class BillingUnreachable(BillingError):
    """No answer in time, no connection, or only the answer of something before it."""

    exit_code = 3


class BillingTimeout(BillingUnreachable):
    """The system was asked and took too long; a smaller page may come in time."""


class BillingLoginRefused(BillingError):
    """The system answers and refuses the key or token, or its permissions do not reach."""

    exit_code = 3


class BillingBusy(BillingError):
    """The system asks for fewer requests; `retry_after_s` is None when it does not say when."""

    exit_code = 3

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BillingAnswer(BillingError):
    """An answer has not the known form, or a list is not whole."""


class BillingRejected(BillingError):
    """The system refused a write; the sentence has its own words."""


class CredentialError(PositronError):
    """A secret is missing, or the place where secrets are kept does not answer."""


class CredentialsLocked(CredentialError):
    """The credential back-end waits for its passphrase."""


class StoreError(PositronError):
    """The database refused or is damaged."""


class CannotListen(PositronError):
    """An address that the console is to listen on is taken, or is not this machine's."""
