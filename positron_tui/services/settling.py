"""Judging a change from the journal by what the device has now: after a crash, or later. Pure."""

from __future__ import annotations

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.provisioning import PlannedService
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Poe, Subscriber
from positron_tui.domain.verification import differences, nothing_there

ADD_SUBSCRIBER = "subscriber.add"


def nothing_was_sent(change: Change) -> bool:
    """Return whether a change was left before its first command."""
    return all(step.state is StepState.PENDING for step in change.steps)


def planned_of(change: Change, running: RunningConfig) -> PlannedService | None:
    """Rebuild what a journalled change wanted; None when it is of another kind or incomplete."""
    if change.kind != ADD_SUBSCRIBER:
        return None
    after = change.after
    try:
        mac = parse_mac(str(after["endpoint_mac"]))
        endpoint_id = int(str(after["endpoint_id"]))
        subscriber = Subscriber(
            subscriber_id=int(str(after["subscriber_id"])),
            name=str(after["name"]),
            description=_text(after.get("description")),
            endpoint_id=endpoint_id,
            endpoint_mac=mac,
            vlan=int(str(after["vlan"])),
            tagged=bool(after.get("tagged")),
            remapped_vlan=_number(after.get("remapped_vlan")),
            port2_vlan=_number(after.get("port2_vlan")),
            allowed_vlans=_numbers(after.get("allowed_vlans")),
            profile_id=_profile(_text(after.get("plan")), running),
            poe=Poe(str(after["poe"])) if after.get("poe") else None,
        )
    except (KeyError, ValueError):
        return None
    # Only a change that also bound the endpoint says anything about its port.
    bound = any(step.command.startswith("ghn endpoint ") for step in change.steps)
    endpoint = EndpointConfig(
        endpoint_id=endpoint_id, mac=mac, port=_text(after.get("port")) if bound else None
    )
    return PlannedService(
        steps=change.steps,
        before=change.before,
        after=after,
        subscriber=subscriber,
        endpoint=endpoint,
        creates_endpoint=change.before.get("endpoint_id") is None,
    )


def judge(
    change: Change, running: RunningConfig, startup: RunningConfig | None
) -> tuple[ChangeState, str, bool | None]:
    """Return the end state, the sentence and whether it is saved (None = unknown)."""
    planned = planned_of(change, running)
    what = f"{change.subject} on {change.device}"
    if planned is None:
        text = f"What became of {what} cannot be judged from the journal; look at the unit."
        return ChangeState.INDETERMINATE, text, None
    found = differences(planned, running)
    if not found:
        return _judge_saved(planned, startup, what)
    if nothing_there(planned, running):
        text = f"Read again: nothing of {what} is on the unit. It can be done again."
        return ChangeState.REVERTED, text, None
    text = f"Read again: {what} is only partly there. " + " ".join(found)
    return ChangeState.FAILED, text, None


def _judge_saved(
    planned: PlannedService, startup: RunningConfig | None, what: str
) -> tuple[ChangeState, str, bool | None]:
    runs = f"Read again: {what} runs as it was planned"
    if startup is None:
        text = f"{runs}; whether it is saved is not known."
        return ChangeState.VERIFIED_UNSAVED, text, None
    if differences(planned, startup):
        text = f"{runs}, but it is not saved: a restart of the unit loses it."
        return ChangeState.VERIFIED_UNSAVED, text, False
    return ChangeState.VERIFIED_SAVED, f"{runs} and is saved.", True


def _profile(plan: str | None, running: RunningConfig) -> int:
    profile = running.profile_by_name(plan) if plan else None
    return profile.profile_id if profile else UNTHROTTLED_PROFILE_ID


def _text(value: object) -> str | None:
    return str(value) if value else None


def _number(value: object) -> int | None:
    return int(str(value)) if value else None


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(int(str(one)) for one in value) if isinstance(value, (list, tuple)) else ()
