"""A plan while it is made: the steps so far, and the configuration that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from positron_tui.domain import calls, commands
from positron_tui.domain import command_changes as lines
from positron_tui.domain import planner_words as words
from positron_tui.domain.changes import ChangeStep
from positron_tui.domain.errors import CannotPlan, NeedsJsonRpc
from positron_tui.domain.ports import PortKind, port_name
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber

CLI, JSONRPC = "cli", "jsonrpc"
_Thing = TypeVar("_Thing", PortConfig, EndpointConfig, Profile, Subscriber)


@dataclass(slots=True)
class Draft:
    """The working copy, by number; every method adds the steps of one change and applies it."""

    ports: dict[int, PortConfig]
    endpoints: dict[int, EndpointConfig]
    profiles: dict[int, Profile]
    subscribers: dict[int, Subscriber]
    jsonrpc: bool
    steps: list[ChangeStep] = field(default_factory=list)

    @classmethod
    def of(cls, config: RunningConfig, *, jsonrpc: bool) -> Draft:
        return cls(
            {one.number: one for one in config.ports},
            {one.endpoint_id: one for one in config.endpoints},
            {one.profile_id: one for one in config.profiles},
            {one.subscriber_id: one for one in config.subscribers},
            jsonrpc,
        )

    def set_port(self, after: PortConfig) -> None:
        before = self.ports.get(after.number, PortConfig(after.number))
        name = port_name(PortKind.GHN, after.number)
        purpose = f"set {name}: {words.port_words(before, after)}"
        # Every stage is one line, so that each accepted line can be taken back by itself.
        stages = (replace(after, shutdown=before.shutdown or after.shutdown), after)
        self._cli(before, stages, lines.change_port, purpose)
        self.ports[after.number] = after

    def add_profile(self, profile: Profile) -> None:
        purpose = f"create the profile {profile.name} ({words.rates(profile)})"
        undo = lines.remove_profile(profile.profile_id)
        self._step(CLI, lines.add_profile(profile), purpose, (undo,))
        self.profiles[profile.profile_id] = profile

    def set_profile(self, after: Profile) -> None:
        before = self.profiles[after.profile_id]
        purpose = f"change the profile {before.name} to {after.name} ({words.rates(after)})"
        self._cli(before, (after,), lines.change_profile, purpose)
        self.profiles[after.profile_id] = after

    def remove_profile(self, profile_id: int) -> None:
        gone = self.profiles.pop(profile_id)
        command = lines.remove_profile(profile_id)
        self._step(CLI, command, f"remove the profile {gone.name}", (lines.add_profile(gone),))

    def add_endpoint(self, endpoint: EndpointConfig) -> None:
        place = endpoint.port or ("any port" if endpoint.auto_port else "no port")
        self._step(
            CLI,
            commands.add_endpoint(endpoint),
            f"configure the endpoint {endpoint.mac} on {place}",
            (commands.remove_endpoint(endpoint.endpoint_id),),
        )
        self.endpoints[endpoint.endpoint_id] = endpoint

    def set_endpoint(self, after: EndpointConfig) -> None:
        before = self.endpoints[after.endpoint_id]
        _keep_words(before.unknown_words, after.unknown_words, f"The endpoint {before.mac}")
        purpose = f"change the endpoint {before.name or before.mac}: "
        purpose += words.endpoint_words(before, after)
        self._cli(before, _endpoint_stages(before, after), lines.change_endpoint, purpose)
        self.endpoints[after.endpoint_id] = after

    def remove_endpoint(self, endpoint_id: int) -> None:
        gone = self.endpoints.pop(endpoint_id)
        self._step(
            CLI,
            commands.remove_endpoint(endpoint_id),
            f"remove the endpoint {gone.name or gone.mac}",
            (commands.add_endpoint(gone),),
        )

    def add_subscriber(self, subscriber: Subscriber) -> None:
        for step in self._creation(subscriber):
            self._step(step.transport, step.command, step.purpose, step.inverse)
        self.subscribers[subscriber.subscriber_id] = subscriber

    def remove_subscriber(self, subscriber_id: int) -> None:
        """Remove by the creation's own steps backwards, so that each of them can be undone."""
        gone = self.subscribers.pop(subscriber_id)
        for step in reversed(tuple(self._creation(gone))):
            purpose = f"remove the subscriber {gone.name}"
            (undo,) = step.inverse
            self._step(step.transport, undo, purpose, (step.command,))

    def set_subscriber(self, after: Subscriber, purpose: str | None = None) -> None:
        before = self.subscribers[after.subscriber_id]
        _keep_words(before.unknown_words, after.unknown_words, f"The subscriber {before.name}")

        def said(now: Subscriber, then: Subscriber) -> str:
            what = words.subscriber_words(now, then)
            return purpose or f"change the subscriber {before.name}: {what}"

        held = before
        # What can be bound to one thing only leaves its port before it gets an endpoint.
        if held.port and not after.port:
            bare = replace(held, port=None)
            held = self._call(held, bare, said(held, bare))
        middle = _with_members_of(after, held)
        released = held if after.endpoint_id else replace(held, endpoint_id=None)
        self._cli(held, (released, middle), lines.change_subscriber, said(held, middle))
        self._call(middle, after, said(middle, after))
        self.subscribers[after.subscriber_id] = after

    def _creation(self, subscriber: Subscriber) -> Iterator[ChangeStep]:
        """Yield the steps that create a subscriber.

        One that needs JSON-RPC gets its endpoint last: nothing is forwarded on the wrong VLAN
        while its tags are not set yet.
        """
        number, name = subscriber.subscriber_id, subscriber.name
        purpose = f"create the subscriber {name}"
        undo = commands.remove_subscriber(number)
        if not calls.needs_calls(subscriber):
            yield ChangeStep(0, CLI, commands.add_subscriber(subscriber), purpose, (undo,))
            return
        bare = _with_members_of(replace(subscriber, endpoint_id=None), Subscriber(number, name))
        yield ChangeStep(0, CLI, commands.add_subscriber(bare), purpose, (undo,))
        full = replace(subscriber, endpoint_id=None)
        yield self._call_step(bare, full, f"{purpose}: {words.member_words(bare, full)}")
        if subscriber.endpoint_id:
            (bind,) = lines.change_subscriber(full, subscriber)
            yield ChangeStep(
                0, CLI, bind, f"{purpose}: its endpoint", (lines.release_subscriber(number),)
            )

    def _call(self, before: Subscriber, after: Subscriber, purpose: str) -> Subscriber:
        if calls.user_members(before) != calls.user_members(after):
            step = self._call_step(before, after, purpose)
            self._step(step.transport, step.command, step.purpose, step.inverse)
        return after

    def _call_step(self, before: Subscriber, after: Subscriber, purpose: str) -> ChangeStep:
        if not self.jsonrpc:
            raise NeedsJsonRpc(
                f"The subscriber {after.name} needs this: {words.member_words(before, after)}. The "
                "unit's command line has no words for it; let the console reach the unit's "
                "JSON-RPC API (HTTP) and plan again."
            )
        command = calls.set_user(after.name, before, after) or ""
        inverse = calls.set_user(after.name, after, before) or ""
        return ChangeStep(0, JSONRPC, command, purpose, (inverse,))

    def _cli(
        self,
        before: _Thing,
        stages: Iterable[_Thing],
        changed: Callable[[_Thing, _Thing], tuple[str, ...]],
        purpose: str,
    ) -> None:
        """Add one step for each stage that differs from the one before it."""
        for stage in stages:
            for command in changed(before, stage):
                self._step(CLI, command, purpose, changed(stage, before))
            before = stage

    def _step(self, transport: str, command: str, purpose: str, inverse: Iterable[str]) -> None:
        if transport == CLI and ("?" in command or not command.isascii()):
            raise CannotPlan(
                f"The line '{command}' has a character that the unit's command line cannot take; "
                "give that object another name or description first."
            )
        self.steps.append(ChangeStep(len(self.steps), transport, command, purpose, tuple(inverse)))


def _endpoint_stages(before: EndpointConfig, after: EndpointConfig) -> Iterator[EndpointConfig]:
    """Yield the endpoint after its attributes, after unbinding, after losing its access."""
    kept = before.allow_management or after.allow_management
    bound = after.port or after.auto_port
    first = replace(after, allow_management=kept)
    if not bound:
        yield replace(first, port=before.port, auto_port=before.auto_port)
    yield first
    yield after


def _with_members_of(subscriber: Subscriber, other: Subscriber) -> Subscriber:
    """Return a subscriber with all that only JSON-RPC can write taken from another one."""
    return replace(
        subscriber,
        port=other.port,
        trunk=other.trunk,
        double_tag=other.double_tag,
        outer_vlan=other.outer_vlan,
        uplink=other.uplink,
    )


def _keep_words(before: tuple[str, ...], after: tuple[str, ...], what: str) -> None:
    if before != after:
        raise CannotPlan(
            f"{what} has settings that this console does not understand ('{' '.join(before)}'), "
            f"and other ones are wanted ('{' '.join(after)}'); change those on the unit itself."
        )
