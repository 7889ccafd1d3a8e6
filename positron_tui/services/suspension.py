"""Where suspended services go, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from positron_tui.config import ProvisioningSettings
from positron_tui.domain.edits import Keep
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.edits_suspension import SuspendPolicy
from positron_tui.domain.errors import ConfigError, Refused
from positron_tui.services.intent_types import IntendedService

# What the walled garden takes the place of; all else of a suspended service can be edited.
_HELD = (
    "vlan",
    "remapped_vlan",
    "port2_vlan",
    "allowed_vlans",
    "trunk",
    "double_tag",
    "outer_vlan",
    "plan",
)


def suspend_policy(settings: ProvisioningSettings) -> SuspendPolicy:
    """Return the policy of the settings; ConfigError names them when there is none."""
    if settings.walled_garden_vlan is None and settings.walled_garden_plan is None:
        raise ConfigError(
            "Nothing says where suspended services go; set 'walled_garden_vlan' or "
            "'walled_garden_plan' below [provisioning] in the settings file."
        )
    return SuspendPolicy(settings.walled_garden_vlan, settings.walled_garden_plan)


def refuse_suspended(service: IntendedService | None, edit: EditSubscriber) -> None:
    """Refuse an edit of fields that belong to the walled garden while a service is in it."""
    if service is None or service.suspended_at is None:
        return
    held = [name for name in _HELD if not isinstance(getattr(edit, name), Keep)]
    if held:
        fields = ", ".join(name.replace("_", " ") for name in held)
        raise Refused(
            f"{edit.name} is suspended (since {service.suspended_at:%Y-%m-%d %H:%M} UTC), so "
            f"{fields} cannot be changed; run 'subscriber resume {edit.name}' first."
        )


def not_kept(service: IntendedService | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an edit without those that a suspended service gets back as they are."""
    if service is None or service.suspended_at is None:
        return dict(fields)
    kept = {
        name: service.plan if name == "plan" else getattr(service.subscriber, name)
        for name in _HELD
    }
    return {
        name: value
        for name, value in fields.items()
        # Off, none and empty are the same thing here: nothing comes back.
        if name not in kept or (value or None) != (kept[name] or None)
    }
