"""Suspending a service without losing its data, and resuming it from what is intended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from positron_tui.domain.edits import (
    KEEP,
    EditContext,
    Keep,
    Outcome,
    no_subscriber,
    with_subscriber,
)
from positron_tui.domain.edits_subscribers import changed_service, request_of
from positron_tui.domain.errors import Finding
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.service_rules import check_service
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Subscriber
from positron_tui.domain.vlans import UNPROVISIONED_VLAN


@dataclass(frozen=True, slots=True)
class SuspendPolicy:
    """Where a suspended service goes: a walled-garden VLAN, a profile (by name), or both.

    With a VLAN, everything that would still pass beside it (allowed VLANs, trunk mode, the second
    port, outer tags) is taken away too, unless `keep_extra_vlans`.
    """

    vlan: int | None = None
    profile: str | None = None
    keep_extra_vlans: bool = False


@dataclass(frozen=True, slots=True)
class SuspendSubscriber:
    """Move a service to the walled garden; what it was is kept as the intended state elsewhere."""

    name: str
    policy: SuspendPolicy
    kind = "subscriber.suspend"

    @property
    def subject(self) -> str:
        return self.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        held = config.subscriber_by_name(self.name)
        if held is None:
            return no_subscriber(self.name, config, context)
        wanted = suspended(held, self.policy)
        findings = self._findings(config, context, wanted)
        if findings:
            return Outcome(config, findings)
        if self.policy.profile is not None:
            profile = config.profile_by_name(self.policy.profile)
            wanted = replace(
                wanted, profile_id=profile.profile_id if profile else UNTHROTTLED_PROFILE_ID
            )
        return Outcome(with_subscriber(config, wanted))

    def _findings(
        self, config: RunningConfig, context: EditContext, wanted: Subscriber
    ) -> tuple[Finding, ...]:
        policy = self.policy
        if policy.vlan is None and policy.profile is None:
            text = "Nothing says where suspended services go; set a VLAN or a plan for them."
            return (Finding("suspend", text),)
        request = request_of(wanted, config, context)
        if policy.profile is not None:
            request = replace(request, plan=policy.profile)
        touched = {"plan"} if policy.vlan is None else {"vlan", "plan", "port2_vlan"}
        if policy.vlan == UNPROVISIONED_VLAN:
            touched.discard("vlan")  # the unit's own VLAN for captive portals
        return tuple(
            one
            for one in check_service(request, context.view(config), None)
            if one.field in touched
        )


@dataclass(frozen=True, slots=True)
class ResumeSubscriber:
    """Give a suspended service back what is intended for it; its binding stays what it is now.

    `plan` names the intended profile, None = unthrottled; KEEP takes the profile of the intended
    subscriber by its id on this device.
    """

    intended: Subscriber
    plan: str | Keep | None = KEEP
    kind = "subscriber.resume"

    @property
    def subject(self) -> str:
        return self.intended.name

    def outcome(self, config: RunningConfig, context: EditContext) -> Outcome:
        intended = self.intended
        held = config.subscriber_by_name(intended.name)
        if held is None:
            return no_subscriber(intended.name, config, context)
        wanted = replace(
            held,
            vlan=intended.vlan,
            tagged=intended.tagged,
            remapped_vlan=intended.remapped_vlan,
            port2_vlan=intended.port2_vlan,
            allowed_vlans=intended.allowed_vlans,
            trunk=intended.trunk,
            double_tag=intended.double_tag,
            outer_vlan=intended.outer_vlan,
            uplink=intended.uplink,
            profile_id=intended.profile_id if isinstance(self.plan, Keep) else held.profile_id,
        )
        missing = wanted.profile_id and config.profile_by_id(wanted.profile_id) is None
        if missing and isinstance(self.plan, Keep):
            text = (
                f"{context.device} has no profile {wanted.profile_id} any more, which {held.name} "
                "had; push its plan first or choose another."
            )
            return Outcome(config, (Finding("plan", text),))
        return changed_service(config, context, held, wanted, self.plan)


def suspended(subscriber: Subscriber, policy: SuspendPolicy) -> Subscriber:
    """Return a subscriber in the walled garden's VLAN; the profile is for the device to resolve."""
    if policy.vlan is None:
        return subscriber
    moved = replace(subscriber, vlan=policy.vlan)
    if policy.keep_extra_vlans:
        return moved
    return replace(
        moved,
        remapped_vlan=None,
        port2_vlan=None,
        allowed_vlans=(),
        trunk=False,
        double_tag=False,
        outer_vlan=None,
    )
