"""What billing's fields, plans and statuses mean on the plant, as the operator configured it. Pure.

Nothing is guessed: a plan or a status without an entry is an exception with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from positron_tui.domain.billing import BillingKind, BillingService
from positron_tui.domain.errors import Finding, UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.names import MAX_DESCRIPTION, MAX_NAME
from positron_tui.domain.ports import canonical_port_name
from positron_tui.domain.vlans import vlan_problem

# What is compared, in the order in which it is shown.
STATUS, PLAN, MAC, VLAN, DEVICE, PORT, DESCRIPTION = FIELDS = (
    "status",
    "plan",
    "mac",
    "vlan",
    "device",
    "port",
    "description",
)
# What may be read from a field of billing; status and plan have ways of their own.
SOURCES = (MAC, VLAN, DEVICE, PORT, DESCRIPTION, "name", "site")
# What may be written into a field of billing; `result` is the outcome of the last change.
WRITTEN = (STATUS, PLAN, MAC, VLAN, DEVICE, PORT, "result")
UNTHROTTLED = ""
_MAC_SEPARATORS = re.compile(r"[,;|\s]+")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9 _.\-/#()]+")


class Meaning(StrEnum):
    """What a billing status means; `unknown` is no opinion: nothing is done and nothing said."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Owner(StrEnum):
    """Who a field belongs to: whose value the others follow."""

    BILLING = "billing"
    CONSOLE = "console"
    DEVICE = "device"


_STRONGEST = (Meaning.UNKNOWN, Meaning.CANCELLED, Meaning.SUSPENDED, Meaning.ACTIVE)


@dataclass(frozen=True, slots=True)
class FieldSource:
    """A field of billing by its dotted name; of a match of `pattern` its first group is taken."""

    field: str
    pattern: str | None = None

    def read(self, fields: Mapping[str, str]) -> str | None:
        """Return the text; None when billing does not tell the field or it does not match."""
        text = fields.get(self.field)
        if text is None or self.pattern is None:
            return text
        found = re.search(self.pattern, text)
        if found is None:
            return None
        return found.group(1) if found.groups() else found.group()


@dataclass(frozen=True, slots=True)
class BillingMapping:
    """How one billing system is read and written.

    `sources` by what is read from them (SOURCES). `plans`: billing's plan, by number or name, to
    the console's, UNTHROTTLED = no limit. `statuses`: "account:NAME" or "service:NAME" to its
    meaning. `owners` by field (FIELDS); `rules` say who wins a conflict without a person.
    `write_back` by what is written (WRITTEN) to the dotted field that takes it; `status_words`
    are what a status is written as. `notes` = every change leaves a note on the account.
    """

    sources: Mapping[str, FieldSource] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, Meaning] = field(default_factory=dict)
    owners: Mapping[str, Owner] = field(default_factory=dict)
    rules: Mapping[str, Owner] = field(default_factory=dict)
    write_back: Mapping[str, str] = field(default_factory=dict)
    status_words: Mapping[Meaning, str] = field(default_factory=dict)
    notes: bool = False

    def owner(self, name: str) -> Owner:
        """Return whose a field is; billing's, unless it is about the plant."""
        return self.owners.get(name, _OWNERS[name])

    def source(self, what: str) -> FieldSource | None:
        """Return where something is read; what is only written back is read where it is written."""
        if what in self.sources:
            return self.sources[what]
        return FieldSource(self.write_back[what]) if what in self.write_back else None


_OWNERS = {
    STATUS: Owner.BILLING,
    PLAN: Owner.BILLING,
    MAC: Owner.BILLING,
    VLAN: Owner.CONSOLE,
    DEVICE: Owner.DEVICE,
    PORT: Owner.DEVICE,
    DESCRIPTION: Owner.CONSOLE,
}
_SPLYNX = BillingMapping(
    sources={MAC: FieldSource("service.mac")},
    statuses={
        "account:active": Meaning.ACTIVE,
        "account:new": Meaning.UNKNOWN,
        "account:blocked": Meaning.SUSPENDED,
        "account:disabled": Meaning.CANCELLED,
        "service:active": Meaning.ACTIVE,
        "service:stopped": Meaning.SUSPENDED,
        "service:disabled": Meaning.CANCELLED,
        "service:pending": Meaning.UNKNOWN,
        "service:hidden": Meaning.UNKNOWN,
    },
)
_SONAR = BillingMapping(sources={MAC: FieldSource("equipment.mac")})


def default_mapping(kind: BillingKind) -> BillingMapping:
    """Return the mapping of a system that nobody configured: its own words, no plan."""
    return _SPLYNX if kind is BillingKind.SPLYNX else _SONAR


@dataclass(frozen=True, slots=True)
class Sold:
    """One service of billing as the plant understands it.

    `values` has what billing says of each field (FIELDS) as text, "" = empty or no limit; what it
    does not say is missing. `macs` are all that it names, the first one counts. `findings` are
    sentences on what could not be understood; `meaning` is UNKNOWN for an unmapped status too.
    """

    service_id: str
    account_id: str
    account_name: str
    meaning: Meaning
    values: Mapping[str, str] = field(default_factory=dict)
    macs: tuple[str, ...] = ()
    site: str | None = None
    name: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def mac(self) -> str | None:
        return self.macs[0] if self.macs else None


def sold(service: BillingService, mapping: BillingMapping) -> Sold:
    """Read one service of billing by a mapping."""
    meaning, status_findings = _meaning(service, mapping)
    findings = list(status_findings)
    values: dict[str, str] = {}
    if meaning is not Meaning.UNKNOWN:
        values[STATUS] = meaning.value
    macs = _read_macs(service, mapping, findings)
    if macs is not None:
        values[MAC] = macs[0] if macs else ""
    _read_plan(service, mapping, values, findings)
    _read_vlan(service, mapping, values, findings)
    _read_place(service, mapping, values, findings)
    text = _read(service, mapping, DESCRIPTION)
    if text is not None:
        values[DESCRIPTION] = device_words(text, MAX_DESCRIPTION)
    return Sold(
        service_id=service.service_id,
        account_id=service.account_id,
        account_name=service.account_name,
        meaning=meaning,
        values=values,
        macs=macs or (),
        site=_read(service, mapping, "site"),
        name=_read(service, mapping, "name"),
        findings=tuple(findings),
    )


def device_words(text: str, most: int = MAX_NAME) -> str:
    """Return a text of billing in the characters and the length that a device takes."""
    plain = _NOT_IN_NAMES.sub(" ", text)
    return " ".join(plain.split())[:most].strip()


def service_name(template: str, one: Sold) -> str:
    """Return the name of a new subscriber; UsageError for a template with unknown words."""
    words = {"account": one.account_id, "name": one.account_name, "service": one.service_id}
    try:
        text = one.name or template.format(**words)
    except (KeyError, IndexError, ValueError):
        raise UsageError(
            f"The name template '{template}' has a word that is not known; use {{account}}, "
            "{name} and {service}."
        ) from None
    return device_words(text) or f"service {one.service_id}"[:MAX_NAME]


def value_words(name: str, value: str) -> str:
    """Return a value of a field as a person says it."""
    return value or ("no limit" if name == PLAN else "none")


def status_keys(service: BillingService) -> tuple[str, ...]:
    """Return the statuses of a service as a mapping names them."""
    keys = [f"account:{service.account_status}"]
    if service.service_status:
        keys.append(f"service:{service.service_status}")
    return tuple(keys)


def _meaning(
    service: BillingService, mapping: BillingMapping
) -> tuple[Meaning, tuple[Finding, ...]]:
    """Return the least of what the account's and the service's status allow."""
    found: list[Meaning] = []
    for key in status_keys(service):
        meaning = mapping.statuses.get(key)
        if meaning is None and key.startswith("account:") and service.activates:
            meaning = Meaning.ACTIVE
        if meaning is None:
            level, _, name = key.partition(":")
            text = (
                f"The {level} status '{name}' has no meaning yet; give it one with 'billing map'."
            )
            return Meaning.UNKNOWN, (Finding(STATUS, text),)
        found.append(meaning)
    return min(found, key=_STRONGEST.index), ()


def _read(service: BillingService, mapping: BillingMapping, what: str) -> str | None:
    source = mapping.source(what)
    text = source.read(service.fields) if source else None
    return None if text is None else text.strip()


def _read_macs(
    service: BillingService, mapping: BillingMapping, findings: list[Finding]
) -> tuple[str, ...] | None:
    text = _read(service, mapping, MAC)
    if text is None:
        return None
    macs: list[str] = []
    odd: list[str] = []
    for part in _mac_words(text):
        try:
            macs.append(parse_mac(part))
        except UsageError:
            odd.append(part)
    if odd:
        words = " ".join(odd)
        problem = f"'{words}' is not a MAC address; correct it in the billing system."
        findings.append(Finding(MAC, problem))
    return tuple(dict.fromkeys(macs))


def _mac_words(text: str) -> Iterator[str]:
    """Yield the addresses of a field; a single one may be spelled with blanks."""
    try:
        parse_mac(text)
    except UsageError:
        yield from (part for part in _MAC_SEPARATORS.split(text) if part)
    else:
        yield text


def _read_plan(
    service: BillingService,
    mapping: BillingMapping,
    values: dict[str, str],
    findings: list[Finding],
) -> None:
    plan = service.plan
    if plan is None:
        return
    mapped = mapping.plans.get(plan.plan_id, mapping.plans.get(plan.name))
    if mapped is None:
        text = f"The plan '{plan.name}' is not mapped to one of ours; do that with 'billing map'."
        findings.append(Finding(PLAN, text))
    else:
        values[PLAN] = mapped


def _read_vlan(
    service: BillingService,
    mapping: BillingMapping,
    values: dict[str, str],
    findings: list[Finding],
) -> None:
    text = _read(service, mapping, VLAN)
    if not text:
        return
    problem = vlan_problem(int(text), ()) if text.isdecimal() else f"'{text}' is not a VLAN."
    if problem is None:
        values[VLAN] = str(int(text))
    else:
        findings.append(Finding(VLAN, f"Billing's VLAN: {problem}"))


def _read_place(
    service: BillingService,
    mapping: BillingMapping,
    values: dict[str, str],
    findings: list[Finding],
) -> None:
    device = _read(service, mapping, DEVICE)
    if device is not None:
        values[DEVICE] = device
    port = _read(service, mapping, PORT)
    if port is None:
        return
    try:
        values[PORT] = canonical_port_name(port) if port else ""
    except UsageError as error:
        findings.append(Finding(PORT, f"Billing's port: {error}"))
