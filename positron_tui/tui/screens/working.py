"""What can be done to subscribers, endpoints and ports; each shows its plan before it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from positron_tui.domain.edits_endpoints import AddEndpoint
from positron_tui.domain.edits_plant import SetPort
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import NotFound
from positron_tui.domain.ports import Admin
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.actions import ActionEdit
from positron_tui.services.views import DeviceView
from positron_tui.tui.screens import working_choices as choices
from positron_tui.tui.screens.base import ConsoleScreen, Here
from positron_tui.tui.screens.editor_options import UNTHROTTLED, plan_options
from positron_tui.tui.screens.pick import Option, PickScreen

Job = Coroutine[Any, Any, None]
Make = Callable[[str, str], Awaitable[ActionEdit]]


class WorkingScreen(ConsoleScreen):
    """A screen whose cursor (`here`) or marked rows (`marked`) are what is acted on."""

    def marked(self) -> Sequence[Here]:
        """Return what is marked; empty where nothing is."""
        return ()

    # Subscribers.

    def action_edit_subscriber(self) -> None:
        found = self._one_subscriber()
        if found is not None:
            self.console_app.places.edit_subscriber(found[0].name, found[1].name)

    def action_suspend(self) -> None:
        self._on_subscribers("Suspend", self.services.actions.subscriber_suspend)

    def action_resume(self) -> None:
        self._on_subscribers("Resume", self.services.actions.subscriber_resume)

    def action_remove_subscriber(self) -> None:
        actions = self.services.actions

        async def with_endpoint(device: str, name: str) -> ActionEdit:
            return await actions.subscriber_remove(device, name, with_endpoint=True)

        def answered(key: str | None) -> None:
            if key is not None:
                both = key == choices.WITH_ENDPOINT
                make = with_endpoint if both else actions.subscriber_remove
                self._on_subscribers("Remove", make)

        if self._subscribers():
            self._ask("What is to be removed?", choices.REMOVE_SUBSCRIBER, answered)

    def action_give_plan(self) -> None:
        if self._subscribers():
            self.console_app.work(self._give_plan(), "load plans")

    def action_swap(self) -> None:
        found = self._one_subscriber()
        if found is None:
            return
        view, subscriber = found
        offered = choices.boxes(view, subscriber)
        if not offered:
            self.console_app.say(
                f"{view.name} sees no endpoint without a service; plug the new one in, press r to "
                "read the device, and try again."
            )
            return

        def answered(mac: str | None) -> None:
            if mac is not None:
                actions = self.services.actions
                self._preview(actions.subscriber_swap(view.name, subscriber.name, mac))

        titles = ("New endpoint", "Where it is seen", "Model")
        self._ask(f"Swap the endpoint of {subscriber.name} for", offered, answered, titles)

    def action_move(self) -> None:
        found = self._one_subscriber()
        if found is None:
            return
        view, subscriber = found
        offered = choices.destinations(self.fleet.devices(), view, subscriber)

        def answered(key: str | None) -> None:
            if key is not None:
                to = choices.destination(key)
                self.console_app.work(self._move(view.name, subscriber.name, to), "plan a move")

        titles = ("To", "Where", "Model or name")
        self._ask(f"Move {subscriber.name} to", offered, answered, titles)

    def action_why(self) -> None:
        """Show who says what of the subscriber here, or of the endpoint without one."""
        here = self.here()
        if here is None:
            self.console_app.say("Put the cursor on a subscriber or an endpoint first.")
            return
        found = self._subscriber_at(here)
        if found is not None:
            self.console_app.places.why(found[0].name, subscriber=found[1].name)
        elif here.mac is not None:
            self.console_app.places.why(here.device, mac=here.mac)
        else:
            self.console_app.say("There is no subscriber here.")

    # Endpoints.

    def action_edit_endpoint(self) -> None:
        found = self._one_endpoint()
        if found is not None:
            self.console_app.places.endpoint_editor(found[0].name, mac=found[1].mac)

    def action_add_endpoint(self) -> None:
        """Open the form; for several marked ones, configure them all under names of their MACs."""
        marked = [found for here in self.marked() if (found := self._endpoint_at(here))]
        if len(marked) > 1:
            named = [(view.name, one.mac) for view, one in marked if not one.configured]
            self.console_app.places.bulk("Configure", named, self._configured)
            return
        here = self.here()
        if here is None:
            self.console_app.say("Put the cursor on a device, a port or an endpoint first.")
            return
        view = self._view(here.device)
        endpoint = view.endpoint_by_mac(here.mac) if view and here.mac else None
        fresh = endpoint is not None and not endpoint.configured
        self.console_app.places.endpoint_editor(
            here.device, mac=here.mac if fresh else None, port=here.port
        )

    def action_remove_endpoint(self) -> None:
        marked = self.marked()
        found = [self._endpoint_at(here) for here in marked] if marked else [self._one_endpoint()]
        here = [one for one in found if one is not None]
        served = [one for one in here if one[0].subscriber_of(one[1]) is not None]
        if not here:
            return
        if served:
            offered = choices.remove_endpoint([view.subscriber_of(one) for view, one in served])
            self._ask(
                "What is to be removed?", offered, lambda key: self._remove_endpoints(here, key)
            )
        else:
            self._remove_endpoints(here, choices.ENDPOINT_ONLY)

    def action_reboot(self) -> None:
        if len(self.marked()) > 1:
            self.console_app.say("Endpoints are restarted one at a time; esc clears the marks.")
            return
        found = self._one_endpoint()
        if found is not None:
            self.console_app.changing.preview_reboot(found[0].name, found[1].mac)

    # Ports.

    def action_edit_port(self) -> None:
        found = self._port()
        if found is not None:
            self.console_app.places.port_editor(*found)

    def action_switch_port(self) -> None:
        found = self._port()
        view = self._view(found[0]) if found else None
        port = view.port_by_name(found[1]) if view and found else None
        if view is None or port is None:
            return
        edit = SetPort(port.name, enabled=port.admin is Admin.DOWN)
        self._preview(self.services.actions.port_set(view.name, edit))

    def action_bulk_runs(self) -> None:
        self.console_app.work(self._offer_runs(), "load runs")

    # How they are done.

    def _on_subscribers(self, verb: str, make: Make) -> None:
        """Plan it for the one under the cursor, or open a run for all that are marked."""
        found = self._subscribers()
        if len(found) == 1:
            view, subscriber = found[0]
            self._preview(make(view.name, subscriber.name))
        elif found:
            named = [(view.name, subscriber.name) for view, subscriber in found]
            self.console_app.places.bulk(verb, named, make)

    def _remove_endpoints(
        self, found: Sequence[tuple[DeviceView, Endpoint]], key: str | None
    ) -> None:
        if key is None:
            return

        async def make(device: str, mac: str) -> ActionEdit:
            return await self.services.actions.endpoint_remove(
                device, mac, with_subscriber=key == choices.WITH_SUBSCRIBER
            )

        if len(found) == 1:
            view, endpoint = found[0]
            self._preview(make(view.name, endpoint.mac))
        else:
            named = [(view.name, endpoint.mac) for view, endpoint in found]
            self.console_app.places.bulk("Remove", named, make)

    async def _configured(self, device: str, mac: str) -> ActionEdit:
        edit = AddEndpoint(mac, choices.name_of(mac))
        return await self.services.actions.endpoint_add(device, edit)

    async def _give_plan(self) -> None:
        catalogue = await self.services.plans.list()
        found = self._subscribers()
        views = {view.name: view for view, _ in found}
        if not views:
            return
        device = next(iter(views)) if len(views) == 1 else ""

        async def make(device: str, name: str, plan: str | None) -> ActionEdit:
            return await self.services.actions.subscriber_edit(
                device, EditSubscriber(name, plan=plan)
            )

        def answered(key: str | None) -> None:
            if key is not None:
                plan = None if key == UNTHROTTLED else key
                self._on_subscribers(f"Give {key} to", lambda one, name: make(one, name, plan))

        offered = plan_options(choices.shared_profiles(views.values()), catalogue, device)
        self._ask("Which plan?", offered, answered, ("Plan", "Down/up", "On this unit"))

    async def _move(self, device: str, name: str, to: choices.Destination) -> None:
        edits = await self.services.actions.subscriber_move(
            device, name, to_device=to.device, endpoint_mac=to.mac, port=to.port
        )
        self.console_app.changing.preview(edits)

    async def _offer_runs(self) -> None:
        reports = await self.services.bulk.list()
        if not reports:
            self.console_app.say("Nothing was run on many rows yet.")
            return
        known = {str(one.id): one for one in reports}

        def answered(key: str | None) -> None:
            if key is not None:
                self.console_app.places.bulk_report(known[key])

        titles = ("Run", "How it ended", "When")
        self._ask("Runs on many rows", choices.runs(reports, self.now()), answered, titles)

    def _preview(self, making: Awaitable[ActionEdit]) -> None:
        async def plan() -> None:
            self.console_app.changing.preview([await making])

        self.console_app.work(plan(), "make an edit")

    def _ask(
        self,
        title: str,
        offered: Sequence[Option],
        answered: Callable[[str | None], None],
        titles: tuple[str, str, str] = ("", "", ""),
    ) -> None:
        self.app.push_screen(PickScreen(title, offered, titles=titles), answered)

    # What they are about.

    def _one_subscriber(self) -> tuple[DeviceView, Subscriber] | None:
        found = self._subscribers()
        if len(found) > 1:
            self.console_app.say("This goes one at a time; esc clears the marks.")
            return None
        return found[0] if found else None

    def _subscribers(self) -> list[tuple[DeviceView, Subscriber]]:
        """Return the subscribers that are marked, or the one here; says when there is none."""
        found = [one for here in self._targets() if (one := self._subscriber_at(here))]
        if not found:
            self.console_app.say("There is no subscriber here.")
        return list({(view.name, one.name): (view, one) for view, one in found}.values())

    def _one_endpoint(self) -> tuple[DeviceView, Endpoint] | None:
        here = self.here()
        found = self._endpoint_at(here) if here is not None else None
        if found is None:
            self.console_app.say("Put the cursor on an endpoint first.")
        return found

    def _port(self) -> tuple[str, str] | None:
        here = self.port_here()
        if here is None:
            self.console_app.say("Put the cursor on a port first.")
        return here

    def port_here(self) -> tuple[str, str] | None:
        """Return (device, port) that the actions on ports are about."""
        here = self.here()
        return (here.device, here.port) if here is not None and here.port else None

    def _targets(self) -> Sequence[Here]:
        marked = self.marked()
        if marked:
            return marked
        here = self.here()
        return (here,) if here is not None else ()

    def _subscriber_at(self, here: Here) -> tuple[DeviceView, Subscriber] | None:
        view = self._view(here.device)
        if view is None:
            return None
        if here.subscriber is not None:
            named = view.subscriber_by_name(here.subscriber)
            return (view, named) if named else None
        endpoint = view.endpoint_by_mac(here.mac) if here.mac else None
        found = view.subscriber_of(endpoint) if endpoint else None
        return (view, found) if found else None

    def _endpoint_at(self, here: Here) -> tuple[DeviceView, Endpoint] | None:
        view = self._view(here.device)
        endpoint = view.endpoint_by_mac(here.mac) if view and here.mac else None
        return (view, endpoint) if view and endpoint else None

    def _view(self, device: str) -> DeviceView | None:
        try:
            return self.fleet.get(device)
        except NotFound:
            return None
