"""Sonar's webhooks: no signature, a HEAD before, only 200 counts, sent again for four hours."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from positron_tui.simulator.billing.book import Action, BookEvent, What
from positron_tui.simulator.billing.deliveries import Delivery, DeliveryStatus, HookDeliveries
from positron_tui.simulator.billing.faults import BillingFaults
from positron_tui.simulator.billing.sonar.rows import Row
from positron_tui.simulator.billing.sonar.tables import Tables

RETRY_S, RETRIES = 60.0, 240
# What the schema offers; the model names are those of its types.
MODEL_EVENTS = {
    "Account": ("CREATED", "UPDATED", "DELETED"),
    "AccountService": ("CREATED", "UPDATED", "DELETED"),
    "InventoryItem": ("CREATED", "UPDATED", "DELETED"),
    "UninventoriedMacAddress": ("CREATED", "UPDATED", "DELETED"),
    "Note": ("CREATED",),
}
_PAST = {Action.CREATE: "CREATED", Action.EDIT: "UPDATED", Action.DELETE: "DELETED"}
_SERVICE_WORDS = {
    Action.CREATE: "account.service.add",
    Action.EDIT: "account.service.update",
    Action.DELETE: "account.service.delete",
}
_OK = range(200, 201)
_STATUS = {
    DeliveryStatus.PENDING: "PENDING",
    DeliveryStatus.SUCCESS: "SUCCESS",
    DeliveryStatus.FAILED: "FAIL",
    DeliveryStatus.LOST: "FAIL",
}


class Webhooks:
    """The endpoints, what is sent to them, and the stored deliveries.

    `url` sets up an endpoint for everything from the start. `time_scale` shortens the minute
    between two tries.
    """

    def __init__(
        self,
        tables: Tables,
        faults: BillingFaults,
        url: str | None,
        *,
        time_scale: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.endpoints: dict[int, Row] = {}
        self.outboxes: dict[int, HookDeliveries] = {}
        self._tables = tables
        self._faults = faults
        self._scale = time_scale
        self._sleep = sleep
        self._started = False
        self._starting: set[asyncio.Task[None]] = set()
        self._ids = itertools.count(1)
        self._dispatches = itertools.count(1)
        self._sent: dict[int, tuple[Delivery, Row]] = {}
        if url is not None:
            pairs = [
                {"model": model, "event": event}
                for model, events in MODEL_EVENTS.items()
                for event in events
            ]
            self.create({"name": "all", "endpoint": url, "enabled": True, "model_events": pairs})

    def create(self, values: Row) -> Row:
        """Set up an endpoint; it hears of what happens from now on."""
        number = next(self._ids)
        row = {
            "id": number,
            "name": values["name"],
            "endpoint": values["endpoint"],
            "enabled": values["enabled"],
        }
        row["_webhook_endpoint_events"] = [
            {"id": next(self._ids), "webhook_endpoint_id": number, **pair}
            for pair in values["model_events"]
        ]
        self.endpoints[number] = row
        outbox = self.outboxes[number] = HookDeliveries(
            values["endpoint"],
            self._faults,
            self._tables.book.clock,
            success=_OK,
            retries_s=(RETRY_S * self._scale,) * RETRIES,
            sleep=self._sleep,
            head_first=True,
        )
        if self._started:
            task = asyncio.create_task(outbox.start(), name=f"webhook endpoint {number}")
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)
        return row

    async def start(self) -> None:
        self._tables.book.on_event.append(self._heard)
        self._started = True
        for outbox in self.outboxes.values():
            await outbox.start()

    async def stop(self) -> None:
        """Send nothing more; safe to call twice."""
        if self._started:
            self._started = False
            self._tables.book.on_event.remove(self._heard)
        for task in list(self._starting):
            await task
        for outbox in self.outboxes.values():
            await outbox.stop()

    async def drain(self) -> None:
        """Wait until everything was sent, the late and the repeated included."""
        for outbox in self.outboxes.values():
            await outbox.drain()

    def tell_item(self, item_id: int) -> None:
        """Send what a change of equipment sends of which the book knows nothing."""
        self._tell("InventoryItem", "UPDATED", "inventory.item.update", item_id, {})

    def dispatches(self) -> Iterator[Row]:
        """Yield the stored deliveries in the order of their ids."""
        for number, (delivery, event) in self._sent.items():
            last = delivery.attempts[-1].at if delivery.attempts else None
            done = delivery.status is DeliveryStatus.SUCCESS
            yield {
                "id": number,
                "created_at": delivery.created_at,
                "updated_at": last or delivery.created_at,
                "payload": delivery.body.decode(),
                "last_status": _STATUS[delivery.status],
                "last_attempted_at": last,
                "sent_at": last if done else None,
                "test": False,
                "webhook_endpoint_event_id": event["id"],
                "webhook_endpoint_event": event,
            }

    def _heard(self, event: BookEvent) -> None:
        created = {"created_at": event.at.isoformat()}
        if event.what is What.ACCOUNT and event.account_id is not None:
            edited = event.action is Action.EDIT and "status" in event.after
            name = "account.status" if edited else f"account.{event.action}"
            self._tell("Account", _PAST[event.action], name, event.account_id, created)
        elif event.what is What.NOTE and event.account_id is not None:
            self._tell("Note", "CREATED", "note.add", event.after["note_id"], created)
        elif event.what is What.SERVICE and event.service_id is not None:
            self._tell_service(event, event.service_id, created)

    def _tell_service(self, event: BookEvent, service_id: int, current: Row) -> None:
        if event.action is Action.EDIT and set(event.after) <= {"mac", "inventoried"}:
            self._tell("InventoryItem", "UPDATED", "inventory.item.update", service_id, current)
            return
        past, word = _PAST[event.action], _SERVICE_WORDS[event.action]
        self._tell("AccountService", past, word, self._tables.sold_id(service_id), current)

    def _tell(self, model: str, event: str, name: str, object_id: int, current: Row) -> None:
        body: dict[str, Any] = {"event": name, "object_id": object_id, "current": current}
        raw = json.dumps(body).encode()
        for number, endpoint in self.endpoints.items():
            for one in endpoint["_webhook_endpoint_events"]:
                if endpoint["enabled"] and (one["model"], one["event"]) == (model, event):
                    headers = {"content-type": "application/json"}
                    delivery = self.outboxes[number].push(name, headers, raw)
                    if delivery is not None:
                        self._sent[next(self._dispatches)] = delivery, one
