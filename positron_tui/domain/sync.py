"""Compares what billing sold with what the console intends and what runs. Pure.

Three truths for each field; whose value the others follow says the mapping. A field that changed
on both sides since they last agreed is a conflict. What billing does not say, or what could not be
understood, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from positron_tui.domain.mapping import (
    DEVICE,
    FIELDS,
    MAC,
    PLAN,
    PORT,
    STATUS,
    VLAN,
    BillingMapping,
    Meaning,
    Owner,
    Sold,
    device_words,
    value_words,
)
from positron_tui.domain.sync_runs import ItemKind, Link
from positron_tui.domain.sync_types import (
    Base,
    Clash,
    Compared,
    Cut,
    Held,
    Policy,
    Seen,
    Side,
    Values,
    Wish,
    merge,
)


def compare(
    services: Iterable[Sold],
    held: Iterable[Held],
    links: Mapping[str, Link],
    seen: Mapping[str, tuple[Seen, ...]],
    mapping: BillingMapping,
    policy: Policy,
    gone: Iterable[Sold] = (),
) -> Compared:
    """Compare services with subscribers; `gone` are those that billing says it has no more.

    Nothing is concluded from a service that is in neither: not being listed is no opinion.
    """
    return _Comparison(held, links, seen, mapping, policy).run(tuple(services), tuple(gone))


class _Comparison:
    def __init__(
        self,
        held: Iterable[Held],
        links: Mapping[str, Link],
        seen: Mapping[str, tuple[Seen, ...]],
        mapping: BillingMapping,
        policy: Policy,
    ) -> None:
        self._held = {one.place: one for one in held}
        self._by_mac: dict[str, list[Held]] = {}
        self._by_port: dict[tuple[str, str], Held] = {}
        self._by_name: dict[str, list[Held]] = {}
        for one in self._held.values():
            self._by_name.setdefault(one.name, []).append(one)
            if one.values.get(MAC):
                self._by_mac.setdefault(one.values[MAC], []).append(one)
            elif one.values.get(PORT):
                self._by_port[one.device, one.values[PORT]] = one
        self._links = links
        self._seen = seen
        self._mapping = mapping
        self._policy = policy
        self._wishes: list[Wish] = []
        self._clashes: list[Clash] = []
        self._kept: dict[str, Link] = {}
        self._unlinked: list[str] = []
        self._agreed = 0

    def run(self, services: tuple[Sold, ...], gone: tuple[Sold, ...]) -> Compared:
        claims = self._claims(services)
        living = [one for one in services if one.meaning is not Meaning.CANCELLED]
        taken: dict[tuple[str, str], str] = {}
        for one in self._linked_first(living):
            if self._is_claimed_twice(one, claims):
                continue
            found = self._find(one, taken)
            if found is not None:
                taken[found.place] = one.service_id
            self._judge(one, found)
        for one in services:
            if one.meaning is Meaning.CANCELLED:
                self._end(one, taken, self._policy.on_cancelled, "cancelled")
        for one in gone:
            self._end(one, taken, self._policy.on_deleted, "deleted")
        return Compared(
            tuple(self._wishes),
            tuple(self._clashes),
            self._kept,
            tuple(self._unlinked),
            self._agreed,
        )

    def _claims(self, services: tuple[Sold, ...]) -> dict[str, list[Sold]]:
        """Return who claims each MAC: whatever is live, or linked without an opinion."""
        claims: dict[str, list[Sold]] = {}
        for one in services:
            live = one.meaning in (Meaning.ACTIVE, Meaning.SUSPENDED)
            linked = one.service_id in self._links and one.meaning is not Meaning.CANCELLED
            if one.mac and (live or linked):
                claims.setdefault(one.mac, []).append(one)
        return claims

    def _is_claimed_twice(self, one: Sold, claims: Mapping[str, list[Sold]]) -> bool:
        rivals = [other for other in claims.get(one.mac or "", ()) if other is not one]
        if not rivals or not any(other is one for other in claims.get(one.mac or "", ())):
            return False
        names = ", ".join(f"{other.account_name} ({other.service_id})" for other in rivals)
        self._list(
            ItemKind.EXCEPTION,
            one,
            f"The endpoint {one.mac} is also that of {names} in billing; correct one of them.",
            self._by_link(one),
        )
        return True

    def _linked_first(self, living: list[Sold]) -> list[Sold]:
        return sorted(living, key=lambda one: one.service_id not in self._links)

    def _by_link(self, one: Sold) -> Held | None:
        link = self._links.get(one.service_id)
        return None if link is None else self._held.get((link.device, link.subject))

    def _find(self, one: Sold, taken: Mapping[tuple[str, str], str]) -> Held | None:
        """Return the subscriber of a service: the linked one, else that with its MAC or port."""
        found = self._by_link(one)
        if found is None and one.mac:
            same = self._by_mac.get(one.mac, [])
            found = same[0] if len(same) == 1 else None
        if found is None and not one.mac and one.values.get(PORT):
            found = self._by_port.get((one.values.get(DEVICE, ""), one.values[PORT]))
        return None if found is not None and found.place in taken else found

    def _judge(self, one: Sold, found: Held | None) -> None:
        for finding in one.findings:
            self._list(ItemKind.EXCEPTION, one, finding.text, found)
        if one.meaning is Meaning.UNKNOWN:
            self._keep_as_it_is(one)
        elif found is None:
            self._unlink(one)
            if one.meaning is Meaning.ACTIVE:
                self._add(one)
        else:
            self._match(one, found)

    def _keep_as_it_is(self, one: Sold) -> None:
        link = self._links.get(one.service_id)
        if link is not None:
            self._kept[one.service_id] = link

    def _unlink(self, one: Sold) -> None:
        """The subscriber is gone from the console, whoever removed it."""
        if one.service_id in self._links:
            self._unlinked.append(one.service_id)

    def _add(self, one: Sold) -> None:
        if one.findings:
            return
        if not one.mac:
            text = "Billing has no endpoint (MAC) for it yet."
            self._list(ItemKind.WAITING, one, text + self._namesake(one))
            return
        if PLAN not in one.values:
            self._list(ItemKind.EXCEPTION, one, "Billing tells no plan for it; give it one there.")
            return
        places = self._seen.get(one.mac, ())
        wanted = one.values.get(DEVICE)
        if wanted and self._mapping.owner(DEVICE) is Owner.BILLING:
            places = tuple(place for place in places if place.device == wanted)
        if len(places) != 1:
            self._list(ItemKind.WAITING, one, _nowhere(one, places) + self._namesake(one))
            return
        place = places[0]
        after = {name: one.values[name] for name in FIELDS if name in one.values}
        after |= {DEVICE: place.device, PORT: place.port or ""}
        reason = f"Billing has it active, and its endpoint is on {place.device}" + (
            f" {place.port}." if place.port else "."
        )
        self._wishes.append(Wish(ItemKind.ADD, one, reason, None, {}, after, place))

    def _namesake(self, one: Sold) -> str:
        """Say which subscriber it may be; the same name alone is no proof."""
        same = self._by_name.get(device_words(one.account_name), [])
        if len(same) != 1:
            return ""
        held = same[0]
        return (
            f" A subscriber of this name is on {held.device} with {held.values.get(MAC) or 'none'}"
            "; if it is this one, write that MAC into billing."
        )

    def _match(self, one: Sold, found: Held) -> None:
        link = self._links.get(one.service_id)
        here = link is not None and (link.device, link.subject) == found.place
        base: Base = link.base if link is not None else {}
        sides = {name: self._side(name, one, found, base) for name in FIELDS}
        count = len(self._wishes) + len(self._clashes)
        if not here:
            reason = f"The same endpoint: {found.name} on {found.device}."
            self._wishes.append(Wish(ItemKind.LINK, one, reason, found))
        self._wish(one, found, sides)
        self._write(one, found, sides)
        for name, side in sides.items():
            if side is Side.CLASH:
                clash = Clash(one, found, name, one.values[name], found.values[name], base[name])
                self._clashes.append(clash)
        agreed = {
            name: (one.values[name], found.value(name, one.values[name]))
            for name, side in sides.items()
            if side is Side.AGREE
        }
        self._kept[one.service_id] = Link(
            one.service_id,
            one.account_id,
            found.device,
            found.name,
            {**base, **agreed},
            link.linked_at if link else None,
        )
        if len(self._wishes) + len(self._clashes) == count and not one.findings:
            self._agreed += 1

    def _side(self, name: str, one: Sold, found: Held, base: Base) -> Side:
        if name not in found.values:
            return Side.NOBODY
        if name in (PLAN, VLAN) and _stays_suspended(one, found):
            return Side.NOBODY  # the walled garden holds them; they are compared when it ends
        owner, rule = self._mapping.owner(name), self._mapping.rules.get(name)
        told, agreed = one.values.get(name), base.get(name)
        own = found.value(name, told, agreed[1] if agreed else None)
        return merge(told, own, agreed, owner, rule)

    def _wish(self, one: Sold, found: Held, sides: Mapping[str, Side]) -> None:
        taken = {name: one.values[name] for name, side in sides.items() if side is Side.BILLING}
        status = taken.pop(STATUS, None)
        self._refuse_move(one, found, taken)
        if status == Meaning.ACTIVE.value:
            self._do(ItemKind.RESUME, one, found, {STATUS: status}, "Billing has it active again.")
        mac = taken.pop(MAC, None)
        if mac:
            reason = f"Billing has the endpoint {mac} for it."
            self._do(ItemKind.SWAP, one, found, {MAC: mac}, reason)
        elif mac is not None:
            text = "Billing has no endpoint (MAC) for it any more, and the plant has one."
            self._list(ItemKind.EXCEPTION, one, text, found)
        if taken:
            words = ", ".join(f"{name} {value_words(name, value)}" for name, value in taken.items())
            self._do(ItemKind.EDIT, one, found, taken, f"Billing has {words}.")
        if status == Meaning.SUSPENDED.value:
            self._do(ItemKind.SUSPEND, one, found, {STATUS: status}, "Billing has it suspended.")
        self._reconcile(one, found, sides, changed=bool(taken or mac or status))

    def _refuse_move(self, one: Sold, found: Held, taken: dict[str, str]) -> None:
        """A move is a person's work: somebody carries the box."""
        moved = {name: taken.pop(name) for name in (DEVICE, PORT) if name in taken}
        if moved:
            where = " ".join(value for value in moved.values() if value) or "nowhere"
            text = (
                f"Billing has it at {where}, and it is set up on {found.device} "
                f"{found.values.get(PORT, '')}; move it with 'subscriber move'."
            )
            self._list(ItemKind.EXCEPTION, one, text, found)

    def _reconcile(
        self, one: Sold, found: Held, sides: Mapping[str, Side], *, changed: bool
    ) -> None:
        """What billing owns, and what is as billing says, shall also run like that."""
        if changed or not found.drifted:
            return
        agreed = all(
            sides.get(name) is Side.AGREE and self._mapping.owner(name) is Owner.BILLING
            for name in found.drifted
        )
        words = ", ".join(found.drifted)
        if agreed:
            reason = f"The unit runs something else than what was sold: {words}."
            wish = Wish(ItemKind.RECONCILE, one, reason, found, {}, {"fields": words})
            self._wishes.append(wish)
        else:
            text = (
                f"The unit runs something else than what is intended: {words}; see "
                f"'drift {found.device}'."
            )
            self._list(ItemKind.EXCEPTION, one, text, found)

    def _write(self, one: Sold, found: Held, sides: Mapping[str, Side]) -> None:
        """What the console or the device owns is told to billing, where it has a field for it."""
        ours = {name: found.values[name] for name, side in sides.items() if side is Side.CONSOLE}
        given = {name: value for name, value in ours.items() if self._can_write(name, value)}
        for name in (one for one in ours if one not in given):
            billing, console = (value_words(name, by[name]) for by in (one.values, ours))
            text = (
                f"Billing has {name} {billing}, the console {console}; the console owns it, and "
                "nothing in billing takes it."
            )
            self._list(ItemKind.EXCEPTION, one, text, found)
        if given:
            before = {name: one.values[name] for name in given}
            words = ", ".join(f"{name} {value_words(name, value)}" for name, value in given.items())
            wish = Wish(ItemKind.WRITE, one, f"Ours is {words}.", found, before, given)
            self._wishes.append(wish)

    def _can_write(self, name: str, value: str) -> bool:
        """Return whether billing has a field for a value, and a word for a status."""
        if name not in self._mapping.write_back:
            return False
        if name == STATUS:
            return Meaning(value) in self._mapping.status_words
        return name != MAC or bool(value)

    def _end(self, one: Sold, taken: Mapping[tuple[str, str], str], cut: Cut, word: str) -> None:
        """A service that is not sold any more; where another one has its subscriber, that stays."""
        found = self._by_link(one)
        if one.service_id not in self._links:
            return
        if found is None or found.place in taken:
            self._unlinked.append(one.service_id)
            return
        self._kept[one.service_id] = self._links[one.service_id]
        reason = f"Its service is {word} in billing."
        suspended = found.values.get(STATUS) == Meaning.SUSPENDED.value
        if cut is Cut.REMOVE:
            self._do(ItemKind.REMOVE, one, found, {STATUS: word}, reason)
        elif cut is Cut.SUSPEND and not suspended:
            self._do(ItemKind.SUSPEND, one, found, {STATUS: word}, reason)
        elif cut is Cut.ASK:
            text = f"{reason} Suspend or remove {found.name} on {found.device}, or put it back."
            self._list(ItemKind.EXCEPTION, one, text, found)

    def _do(self, kind: ItemKind, one: Sold, found: Held, after: Values, reason: str) -> None:
        before = {name: found.values[name] for name in after if name in found.values}
        self._wishes.append(Wish(kind, one, reason, found, before, after))

    def _list(self, kind: ItemKind, one: Sold, reason: str, found: Held | None = None) -> None:
        self._wishes.append(Wish(kind, one, reason, found))


def _stays_suspended(one: Sold, found: Held) -> bool:
    return one.meaning is Meaning.SUSPENDED and found.values.get(STATUS) == Meaning.SUSPENDED.value


def _nowhere(one: Sold, places: tuple[Seen, ...]) -> str:
    if not places:
        return f"Its endpoint {one.mac} is not seen on any device."
    names = ", ".join(place.device for place in places)
    return f"Its endpoint {one.mac} is seen on several devices: {names}."
