"""One function for each thing that a person can do to a device; both faces and bulk use these.

Each returns an ActionEdit, which `Changes.prepare` plans against a fresh reading. Nothing is sent
here. A plan of the catalogue that a device lacks is created there in the same change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from positron_tui.domain.edits_endpoints import AddEndpoint, EditEndpoint
from positron_tui.domain.edits_plant import SetPort
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.prepared import DeviceEdit


@dataclass(frozen=True, slots=True)
class ActionEdit(DeviceEdit):
    """An edit that can be made again after a crash: `recipe` is its action and arguments (JSON)."""

    recipe: Mapping[str, object] = field(default_factory=dict)


class Actions:
    """Makes edits from what a person asks for, with the catalogue, intent and settings at hand."""

    async def subscriber_add(self, request: SubscriberRequest) -> ActionEdit:
        """Put a service on a device; `request.plan` names a plan of the catalogue or a profile."""
        raise NotImplementedError

    async def subscriber_edit(self, device: str, edit: EditSubscriber) -> ActionEdit:
        """Change the fields that `edit` gives; Refused for what a suspension holds back."""
        raise NotImplementedError

    async def subscriber_suspend(self, device: str, name: str) -> ActionEdit:
        """Move a service to the walled garden of the settings; ConfigError when none is set."""
        raise NotImplementedError

    async def subscriber_resume(self, device: str, name: str) -> ActionEdit:
        """Give a suspended service back what is intended; Refused when it is not suspended."""
        raise NotImplementedError

    async def subscriber_remove(
        self, device: str, name: str, *, with_endpoint: bool = False
    ) -> ActionEdit:
        """Take a service off its device; the endpoint stays configured unless told otherwise."""
        raise NotImplementedError

    async def subscriber_swap(self, device: str, name: str, new_mac: str) -> ActionEdit:
        """Put another endpoint (any spelling of its MAC) in the place of the service's own."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def endpoint_add(self, device: str, edit: AddEndpoint) -> ActionEdit:
        raise NotImplementedError

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
        raise NotImplementedError

    async def endpoint_remove(
        self, device: str, mac: str, *, with_subscriber: bool = False
    ) -> ActionEdit:
        raise NotImplementedError

    async def port_set(self, device: str, edit: SetPort) -> ActionEdit:
        """Enable, disable, name a port, or choose its mode."""
        raise NotImplementedError

    async def plan_push(self, device: str, plan: str) -> ActionEdit:
        """Create or correct the profile of a plan of the catalogue; NotFound for another name."""
        raise NotImplementedError

    async def profile_remove(self, device: str, profile: str) -> ActionEdit:
        """Remove a profile (by name) that no subscriber uses."""
        raise NotImplementedError

    async def rebuild(self, recipe: Mapping[str, object]) -> ActionEdit:
        """Make an edit again from its recipe, with today's catalogue, intent and settings."""
        raise NotImplementedError
