"""One function for each thing that a person can do to a device; both faces and bulk use these.

Each returns an ActionEdit, which `Changes.prepare` plans against a fresh reading. Nothing is sent
here. A plan of the catalogue that a device lacks is created there in the same change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from positron_tui.config import ProvisioningSettings
from positron_tui.domain.edits import Edit, Keep, apply_edits
from positron_tui.domain.edits_endpoints import (
    AddEndpoint,
    EditEndpoint,
    MoveEndpoint,
    RemoveEndpoint,
    SwapEndpoint,
)
from positron_tui.domain.edits_plans import PushPlan, WithPlan
from positron_tui.domain.edits_plant import PutProfile, RemoveProfile, SetPort
from positron_tui.domain.edits_subscribers import (
    AddSubscriber,
    EditSubscriber,
    MoveSubscriber,
    RemoveSubscriber,
)
from positron_tui.domain.edits_suspension import ResumeSubscriber, SuspendSubscriber
from positron_tui.domain.edits_transfer import transfer
from positron_tui.domain.errors import Refused, UsageError, ValidationFailed
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.plans import Plan
from positron_tui.domain.ports import canonical_port_name
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.service_rules import findings_of_request
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent import Intent
from positron_tui.services.intent_types import IntendedService
from positron_tui.services.plans import Plans
from positron_tui.services.prepared import DeviceEdit
from positron_tui.services.reader import DeviceReader
from positron_tui.services.recipes import Recipe, read_arguments, recipe
from positron_tui.services.suspension import refuse_suspended, suspend_policy


@dataclass(frozen=True, slots=True)
class ActionEdit(DeviceEdit):
    """An edit that can be made again after a crash: `recipe` is its action and arguments (JSON)."""

    recipe: Mapping[str, object] = field(default_factory=dict)


class Actions:
    """Makes edits from what a person asks for, with the catalogue, intent and settings at hand."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        plans: Plans,
        intent: Intent,
        reader: DeviceReader,
        settings: ProvisioningSettings,
    ) -> None:
        self._fleet = fleet
        self._plans = plans
        self._intent = intent
        self._reader = reader
        self._settings = settings

    async def subscriber_add(self, request: SubscriberRequest) -> ActionEdit:
        """Put a service on a device; `request.plan` names a plan of the catalogue or a profile.

        ValidationFailed for what is wrong whatever the device is.
        """
        self._fleet.get(request.device)
        findings = findings_of_request(request)
        if findings:
            raise ValidationFailed(findings)
        return await self.unchecked_add(request)

    async def unchecked_add(self, request: SubscriberRequest) -> ActionEdit:
        """Like `subscriber_add`, for one who checks everything against a fresh reading at once."""
        edit = await self._planned(
            request.plan, AddSubscriber(request), lambda plan: _added(request, plan)
        )
        return _action(request.device, recipe("subscriber_add", request=request), edit)

    async def subscriber_edit(self, device: str, edit: EditSubscriber) -> ActionEdit:
        """Change the fields that `edit` gives; Refused for what a suspension holds back."""
        self._fleet.get(device)
        refuse_suspended(await self._intent.service(device, edit.name), edit)
        plan = None if isinstance(edit.plan, Keep) else edit.plan
        done = await self._planned(plan, edit, lambda name: replace(edit, plan=name))
        return _action(device, recipe("subscriber_edit", device=device, edit=edit), done)

    async def subscriber_suspend(self, device: str, name: str) -> ActionEdit:
        """Move a service to the walled garden of the settings; ConfigError when none is set.

        Refused when it is there already.
        """
        self._fleet.get(device)
        policy = suspend_policy(self._settings)
        service = await self._intent.service(device, name)
        if service is not None and service.suspended_at is not None:
            raise Refused(
                f"{name} on {device} is suspended already, since "
                f"{service.suspended_at:%Y-%m-%d %H:%M} UTC."
            )
        edit = await self._planned(
            policy.profile,
            SuspendSubscriber(name, policy),
            lambda plan: SuspendSubscriber(name, replace(policy, profile=plan)),
        )
        return _action(device, recipe("subscriber_suspend", device=device, name=name), edit)

    async def subscriber_resume(self, device: str, name: str) -> ActionEdit:
        """Give a service back what is intended for it; Refused when nobody knows what that is."""
        self._fleet.get(device)
        service = await self._intent.service(device, name)
        if service is None:
            raise Refused(
                f"Nothing is intended for {name} on {device}, so there is nothing to go back to; "
                f"run 'adopt {device}' for services that run as they should, or edit it."
            )
        plan = await self._plan_of(service)
        bare = ResumeSubscriber(service.subscriber, plan=service.plan)
        edit: Edit = bare
        if plan is not None:
            overhead, catalogued = plan
            edit = WithPlan(catalogued, lambda found: replace(bare, plan=found), overhead)
        return _action(device, recipe("subscriber_resume", device=device, name=name), edit)

    async def subscriber_remove(
        self, device: str, name: str, *, with_endpoint: bool = False
    ) -> ActionEdit:
        """Take a service off its device; the endpoint stays configured unless told otherwise."""
        self._fleet.get(device)
        made = recipe("subscriber_remove", device=device, name=name, with_endpoint=with_endpoint)
        return _action(device, made, RemoveSubscriber(name, with_endpoint=with_endpoint))

    async def subscriber_swap(self, device: str, name: str, new_mac: str) -> ActionEdit:
        """Put another endpoint (any spelling of its MAC) in the place of the service's own."""
        self._fleet.get(device)
        made = recipe("subscriber_swap", device=device, name=name, new_mac=new_mac)
        return _action(device, made, SwapEndpoint(name, parse_mac(new_mac)))

    async def subscriber_move(
        self,
        device: str,
        name: str,
        *,
        to_device: str | None = None,
        endpoint_mac: str | None = None,
        port: str | None = None,
    ) -> tuple[ActionEdit, ...]:
        """Move a service to an endpoint or port, also of another device (`to_device`).

        Between devices there are two edits: the first adds it there, the second removes it here
        and is only to be run when the first was verified.
        """
        if bool(endpoint_mac) == bool(port):
            raise UsageError("Say where to move it: give an endpoint or a port, one of them.")
        mac = parse_mac(endpoint_mac) if endpoint_mac else None
        place = canonical_port_name(port) if port else None
        if to_device is not None and to_device != device:
            return await self._moved_away(device, name, to_device, mac, place)
        self._fleet.get(device)
        edit = MoveSubscriber(name, mac, place)
        made = recipe("subscriber_move", device=device, name=name, endpoint_mac=mac, port=place)
        return (_action(device, made, edit),)

    async def endpoint_add(self, device: str, edit: AddEndpoint) -> ActionEdit:
        """Configure an endpoint that has no service yet."""
        self._fleet.get(device)
        return _action(device, recipe("endpoint_add", device=device, edit=edit), edit)

    async def endpoint_edit(
        self,
        device: str,
        edit: EditEndpoint,
        *,
        port: str | None = None,
        auto_port: bool = False,
        unbind: bool = False,
    ) -> ActionEdit:
        """Change an endpoint's texts, its management access, and where it is bound."""
        self._fleet.get(device)
        if (port is not None) + auto_port + unbind > 1:
            raise UsageError("Give a port, automatic binding, or no port: one of them.")
        edits: list[Edit] = [edit]
        place = canonical_port_name(port) if port else None
        if place or auto_port or unbind:
            edits.append(MoveEndpoint(edit.mac, place, auto=auto_port))
        made = recipe(
            "endpoint_edit",
            device=device,
            edit=edit,
            port=place,
            auto_port=auto_port,
            unbind=unbind,
        )
        only_moved = edit == EditEndpoint(edit.mac) and len(edits) > 1
        kept = edits[1:] if only_moved else edits
        return _action(device, made, *kept, kind=None if only_moved else edit.kind)

    async def endpoint_remove(
        self, device: str, mac: str, *, with_subscriber: bool = False
    ) -> ActionEdit:
        """Take an endpoint out of the configuration, with its service only when told so."""
        self._fleet.get(device)
        made = recipe("endpoint_remove", device=device, mac=mac, with_subscriber=with_subscriber)
        return _action(
            device, made, RemoveEndpoint(parse_mac(mac), with_subscriber=with_subscriber)
        )

    async def port_set(self, device: str, edit: SetPort) -> ActionEdit:
        """Enable, disable, name a port, or choose its mode."""
        self._fleet.get(device)
        return _action(device, recipe("port_set", device=device, edit=edit), edit)

    async def plan_push(self, device: str, plan: str) -> ActionEdit:
        """Create or correct the profile of a plan of the catalogue; NotFound for another name."""
        self._fleet.get(device)
        found = await self._plans.get(plan)
        edit = PushPlan(found, self._settings.overhead_percent)
        return _action(device, recipe("plan_push", device=device, plan=plan), edit)

    async def profile_remove(self, device: str, profile: str) -> ActionEdit:
        """Remove a profile (by name) that no subscriber uses."""
        self._fleet.get(device)
        made = recipe("profile_remove", device=device, profile=profile)
        return _action(device, made, RemoveProfile(profile))

    async def rebuild(self, made: Recipe) -> ActionEdit:
        """Make an edit again from its recipe, with today's catalogue, intent and settings.

        A move between devices has two recipes of its own: those of adding and of removing.
        """
        action, arguments = read_arguments(made, _KINDS.get(str(made.get("action")), {}))
        found: Callable[..., Any] | None = getattr(self, action, None) if action in _KINDS else None
        if found is None:
            raise Refused(f"This version of the console does not know the action '{action}'.")
        edit = await found(**arguments)
        if isinstance(edit, tuple):
            (edit,) = edit
        if not isinstance(edit, ActionEdit):
            raise TypeError(f"{action} made no edit")
        return edit

    async def subscriber_bring(
        self, request: SubscriberRequest, profile: PutProfile | None
    ) -> ActionEdit:
        """Add a service that comes from another device, with the profile that it had there."""
        edits: list[Edit] = [AddSubscriber(request)]
        if profile is not None:
            edits.insert(0, profile)
        made = recipe("subscriber_bring", request=request, profile=profile)
        return _action(request.device, made, *edits, kind="subscriber.move")

    async def _moved_away(
        self, device: str, name: str, to_device: str, mac: str | None, port: str | None
    ) -> tuple[ActionEdit, ActionEdit]:
        self._fleet.get(to_device)
        service = await self._intent.service(device, name)
        if service is not None and service.suspended_at is not None:
            raise Refused(
                f"{name} is suspended; run 'subscriber resume {name}' before it moves to another "
                "device."
            )
        here, there = await self._reader.fresh(device), await self._reader.fresh(to_device)
        moved = transfer(
            name,
            here.running,
            here.context,
            there.running,
            there.context,
            endpoint_mac=mac,
            port=port,
        )
        (adding,) = (one for one in moved.on_target if isinstance(one, AddSubscriber))
        profile = next((one for one in moved.on_target if isinstance(one, PutProfile)), None)
        if adding.request.plan and await self._plans.find(adding.request.plan):
            added = await self.subscriber_add(adding.request)
            added = replace(added, kind="subscriber.move")
        else:
            added = await self.subscriber_bring(adding.request, profile)
        removed = await self.subscriber_remove(device, name)
        return added, replace(removed, kind="subscriber.move")

    async def _planned(
        self, plan: str | None, edit: Edit, build: Callable[[str | None], Edit]
    ) -> Edit:
        """Return the edit, or, for a plan of the catalogue, one that brings its profile along."""
        found = await self._plans.find(plan) if plan else None
        return WithPlan(found, build, self._settings.overhead_percent) if found else edit

    async def _plan_of(self, service: IntendedService) -> tuple[float, Plan] | None:
        """Return overhead and plan behind a service: the catalogue's, else its intended profile."""
        if service.plan is None:
            return None
        found = await self._plans.find(service.plan)
        if found is not None:
            return self._settings.overhead_percent, found
        return 0, Plan(service.plan, service.down_mbps or 0, service.up_mbps or 0)


_KINDS: Mapping[str, Mapping[str, type[Any]]] = {
    "subscriber_add": {"request": SubscriberRequest},
    "subscriber_bring": {"request": SubscriberRequest, "profile": PutProfile},
    "subscriber_edit": {"edit": EditSubscriber},
    "subscriber_suspend": {},
    "subscriber_resume": {},
    "subscriber_remove": {},
    "subscriber_swap": {},
    "subscriber_move": {},
    "endpoint_add": {"edit": AddEndpoint},
    "endpoint_edit": {"edit": EditEndpoint},
    "endpoint_remove": {},
    "port_set": {"edit": SetPort},
    "plan_push": {},
    "profile_remove": {},
}


def _added(request: SubscriberRequest, plan: str | None) -> AddSubscriber:
    return AddSubscriber(replace(request, plan=plan))


def _action(device: str, made: Recipe, *edits: Edit, kind: str | None = None) -> ActionEdit:
    return ActionEdit(
        device,
        kind or edits[-1].kind,
        edits[-1].subject,
        lambda config, context: apply_edits(config, edits, context),
        recipe=made,
    )
