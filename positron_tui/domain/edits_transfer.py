"""Moving a service to another device: it is added there first, then removed here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from positron_tui.domain.edits import Edit, EditContext
from positron_tui.domain.edits_plant import PutProfile
from positron_tui.domain.edits_subscribers import AddSubscriber, RemoveSubscriber, request_of
from positron_tui.domain.errors import Finding, ValidationFailed
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Subscriber


@dataclass(frozen=True, slots=True)
class Transfer:
    """The edits for both devices; those of the source are for when the target's are verified."""

    on_target: tuple[Edit, ...]
    on_source: tuple[Edit, ...]


def transfer(
    name: str,
    source: RunningConfig,
    source_context: EditContext,
    target: RunningConfig,
    target_context: EditContext,
    *,
    endpoint_mac: str | None = None,
    port: str | None = None,
    with_endpoint: bool = False,
) -> Transfer:
    """Return the edits that move the subscriber `name` to an endpoint or port of another device.

    A plan that the target does not have is pushed there first, with the source's rates. The
    uplink is the target's default one where it has none of that name. `with_endpoint` also takes
    the endpoint off the source. Raises ValidationFailed when the source has no such subscriber;
    all else is found by the edits' own outcome.
    """
    held = source.subscriber_by_name(name)
    if held is None:
        text = f"{source_context.device} has no subscriber named {name}; check the name."
        raise ValidationFailed((Finding("name", text),))
    request = replace(
        request_of(held, source, source_context),
        device=target_context.device,
        endpoint_mac=endpoint_mac,
        port=port,
    )
    if target.uplink_vlans and request.uplink not in target.uplink_vlans:
        request = replace(request, uplink=None)
    edits: tuple[Edit, ...] = (AddSubscriber(request),)
    pushed = _profile_of(held, source, source_context)
    if pushed is not None and target.profile_by_name(pushed.name) is None:
        edits = (pushed, *edits)
    return Transfer(edits, (RemoveSubscriber(name, with_endpoint=with_endpoint),))


def _profile_of(held: Subscriber, source: RunningConfig, context: EditContext) -> PutProfile | None:
    """Return the edit that makes the subscriber's profile elsewhere, None when it has none."""
    profile = source.profile_by_id(held.profile_id or UNTHROTTLED_PROFILE_ID)
    if profile is not None:
        down, up = profile.down_mbps or 0, profile.up_mbps or 0
        return PutProfile(profile.name, down, up, profile.description)
    if held.profile_id:
        text = f"The profile {held.profile_id} of {held.name} is not on {context.device}; set one."
        raise ValidationFailed((Finding("plan", text),))
    return None
