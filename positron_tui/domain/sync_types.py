"""What the comparison of billing and plant is made of: truths, wishes, clashes, limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from positron_tui.domain.mapping import Owner, Sold
from positron_tui.domain.sync_runs import ItemKind, Link

Values = Mapping[str, str]
Base = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Held:
    """A subscriber as the console intends it, with what runs of it.

    `values` by field: status is "active" or "suspended", plan "" = no limit, device and port are
    where it is bound. `equal` has, by field, other words for the same (two plans may have one
    profile). `running` None = never read. `drifted` are fields that run differently.
    """

    device: str
    name: str
    values: Values
    running: Values | None = None
    drifted: tuple[str, ...] = ()
    equal: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        return self.device, self.name

    def value(self, name: str, *words: str | None) -> str:
        """Return the value of a field, by the first of these words that means the same."""
        equal = self.equal.get(name, ())
        return next((one for one in words if one is not None and one in equal), self.values[name])


@dataclass(frozen=True, slots=True)
class Seen:
    """An endpoint that a poll saw on a device; `port` None = nobody knows which."""

    mac: str
    device: str
    site: str
    port: str | None = None


class Cut(StrEnum):
    """What is done for a service that was cancelled or deleted in billing."""

    ASK = "ask"
    SUSPEND = "suspend"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say about services that are gone."""

    on_cancelled: Cut = Cut.ASK
    on_deleted: Cut = Cut.ASK


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that shall be done or looked at; see SyncItem for its fields."""

    kind: ItemKind
    sold: Sold
    reason: str
    held: Held | None = None
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    place: Seen | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that changed on both sides; `base` is what they last agreed on."""

    sold: Sold
    held: Held
    field: str
    billing_value: str
    console_value: str
    base: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found.

    `links` are those that shall be kept from now on, with the agreed values; `unlinked` the
    services whose link ends. `agreed` counts services on which nothing differs.
    """

    wishes: tuple[Wish, ...]
    clashes: tuple[Clash, ...]
    links: Mapping[str, Link]
    unlinked: tuple[str, ...]
    agreed: int


class Side(StrEnum):
    """Whose value a field takes."""

    NOBODY = "nobody"
    AGREE = "agree"
    BILLING = "billing"
    CONSOLE = "console"
    CLASH = "clash"


def merge(
    billing: str | None,
    console: str,
    base: tuple[str, str] | None,
    owner: Owner,
    rule: Owner | None = None,
) -> Side:
    """Return whose value a field takes; `base` None = they never agreed, so the owner says.

    `billing` None = billing does not say. A difference that somebody decided on stays as it is.
    """
    if billing is None:
        return Side.NOBODY
    if billing == console:
        return Side.AGREE
    owners = Side.BILLING if owner is Owner.BILLING else Side.CONSOLE
    if base is None:
        return owners
    changed_there, changed_here = billing != base[0], console != base[1]
    if changed_there and changed_here:
        if rule is None:
            return Side.CLASH
        return Side.BILLING if rule is Owner.BILLING else Side.CONSOLE
    return owners if changed_there or changed_here else Side.NOBODY


def agree(link: Link, values: Mapping[str, tuple[str, str]]) -> Link:
    """Return a link on which both sides agree on these fields from now on."""
    return replace(link, base={**link.base, **values})


def guard(cuts: int, base: int, most: int, most_percent: float) -> str | None:
    """Return why a run with so many suspensions and removals waits for a person, or None.

    One is always let through: on a small plant it would be more than any share.
    """
    if cuts <= 1:
        return None
    share = 100 * cuts / base if base else 100.0
    if cuts > most:
        return f"{cuts} services would be suspended or removed, more than the {most} that may."
    if share > most_percent:
        return (
            f"{cuts} of {base} services ({share:.0f} %) would be suspended or removed, more than "
            f"the {most_percent:g} % that may."
        )
    return None
