"""What is to be changed on a device, and a change that is ready to be run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from positron_tui.domain.changes import Change
from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.provisioning import ServiceView
from positron_tui.domain.running_config import RunningConfig

OnProgress = Callable[[Change], None]
# Called with the change and its touched objects before and after, once it was read back.
OnVerified = Callable[[Change, RunningConfig, RunningConfig], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class EditContext:
    """What an edit may know of the device beside its configuration, freshly read.

    `endpoints` are those that are configured or seen. `jsonrpc` tells whether what only the
    JSON-RPC API can write may be asked for.
    """

    device: str
    line: Line | None
    subscriber_model: SubscriberModel | None
    endpoints: tuple[Endpoint, ...]
    jsonrpc: bool = False

    def view(self, running: RunningConfig) -> ServiceView:
        """Return the context together with a configuration, as the rules want it."""
        return ServiceView(
            line=self.line,
            running=running,
            endpoints=self.endpoints,
            subscriber_model=self.subscriber_model,
        )


Apply = Callable[[RunningConfig, EditContext], RunningConfig]
Warn = Callable[[RunningConfig, EditContext], tuple[str, ...]]


def no_warnings(_running: RunningConfig, _context: EditContext) -> tuple[str, ...]:
    """Have nothing to say about an edit."""
    return ()


@dataclass(frozen=True, slots=True)
class DeviceEdit:
    """A wanted edit of one device.

    `kind` is verb-like ("subscriber.edit"), `subject` what a person calls the thing. `apply` is
    pure: it gets the running configuration (canonical) and returns the wanted one, or raises
    ValidationFailed with every finding. `warn` gets the same and says what deserves attention.
    """

    device: str
    kind: str
    subject: str
    apply: Apply
    warn: Warn = no_warnings


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A plan that may be executed as it stands; no steps = there is nothing to do.

    `basis` and `wanted` hold the touched objects (and those they refer to) as they were read and
    as they shall be. `places` are the ports on which endpoints were seen that the plan binds.
    """

    change: Change
    warnings: tuple[str, ...]
    basis: RunningConfig
    wanted: RunningConfig
    places: Mapping[str, str] = field(default_factory=dict)
