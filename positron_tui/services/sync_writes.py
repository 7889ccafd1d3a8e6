"""What billing is told: fields and notes, written once, and read before anything is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from positron_tui.billing.contract import BillingAdapter
from positron_tui.domain.billing import BillingService
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import (
    BillingError,
    BillingIndeterminate,
    BillingRejected,
)
from positron_tui.domain.mapping import (
    MAC,
    STATUS,
    BillingMapping,
    Meaning,
)
from positron_tui.domain.sync_runs import WriteBack, WriteState
from positron_tui.store import Store

_MOST_TRIES = 5


class Writes:
    """The write-backs of all systems."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def intend(self, write: WriteBack) -> WriteBack:
        """Keep what is to be written, before it is; the same key twice is once."""
        return await self._store.sync.add_write(replace(write, created_at=self._clock.now()))

    async def flush(self, system: str, adapter: BillingAdapter) -> tuple[WriteBack, ...]:
        """Write what is open; a system that does not answer is left until the next time."""
        ended: list[WriteBack] = []
        for write in _latest(await self._store.sync.open_writes(system), ended):
            try:
                done = await self._write(write, adapter)
            except BillingRejected as error:
                done = replace(write, state=WriteState.FAILED, sentence=str(error))
            except BillingIndeterminate as error:
                done = replace(write, state=WriteState.SENT, sentence=str(error))
            except BillingError as error:
                await self._keep(replace(write, sentence=str(error)))
                break
            ended.append(done)
            await self._keep(done)
        for one in ended:
            if one.state is WriteState.DROPPED:
                await self._keep(one)
        return tuple(ended)

    async def _write(self, write: WriteBack, adapter: BillingAdapter) -> WriteBack:
        if write.tries >= _MOST_TRIES:
            text = f"Given up after {write.tries} tries. {write.sentence or ''}".strip()
            return replace(write, state=WriteState.FAILED, sentence=text)
        if write.note is not None:
            return await self._note(write, write.note, adapter)
        services = await adapter.account(write.account_id)
        here = [one for one in services or () if one.service_id == write.service_id]
        if not here:
            text = "The service is not in billing any more; there is nowhere to write it."
            return replace(write, state=WriteState.DROPPED, sentence=text)
        missing = differing(here[0], write.values)
        if not missing:
            return replace(write, state=WriteState.DONE, sentence="Billing has it.")
        sent = replace(write, state=WriteState.SENT, tries=write.tries + 1)
        await self._keep(sent)
        await adapter.write(here[0], missing)
        return replace(sent, state=WriteState.DONE, sentence="Written.")

    async def _note(self, write: WriteBack, note: str, adapter: BillingAdapter) -> WriteBack:
        if write.state is WriteState.SENT:
            there = await adapter.has_note(write.account_id, marker(write))
            if there:
                return replace(write, state=WriteState.DONE, sentence="The note is there.")
            if there is None:
                text = "Whether the note is there cannot be read, so it is not written again."
                return replace(write, state=WriteState.DROPPED, sentence=text)
        sent = replace(write, state=WriteState.SENT, tries=write.tries + 1)
        await self._keep(sent)
        await adapter.add_note(write.account_id, f"{note} [{marker(write)}]")
        return replace(sent, state=WriteState.DONE, sentence="Written.")

    async def _keep(self, write: WriteBack) -> None:
        await self._store.sync.set_write(write)


def marker(write: WriteBack) -> str:
    """Return the words by which a note is found again."""
    return f"positron-tui {write.key}"


def differing(service: BillingService, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that billing does not have yet."""
    return {name: value for name, value in values.items() if service.fields.get(name) != value}


def fields_to_write(values: Mapping[str, str], mapping: BillingMapping) -> dict[str, str]:
    """Return values by the dotted field that takes each; what no field takes is left out."""
    found: dict[str, str] = {}
    for what, value in values.items():
        field = mapping.write_back.get(what)
        if field is None:
            continue
        if what == STATUS:
            word = mapping.status_words.get(Meaning(value))
            if word is None:
                continue
            value = word
        if what == MAC and not value:
            continue
        found[field] = value
    return found


def _latest(writes: tuple[WriteBack, ...], dropped: list[WriteBack]) -> tuple[WriteBack, ...]:
    """Return the newest write of each field; older ones that were never sent are outdated."""
    newest: dict[tuple[str, str], int] = {}
    for one in writes:
        for name in one.values:
            newest[one.service_id, name] = one.id
    kept = []
    for one in writes:
        values = {
            name: value
            for name, value in one.values.items()
            if newest[one.service_id, name] == one.id
        }
        if one.note is None and not values:
            text = "A newer value took its place."
            dropped.append(replace(one, state=WriteState.DROPPED, sentence=text))
        else:
            kept.append(replace(one, values=values))
    return tuple(kept)
