"""What is to be changed on a device, and a change that is ready to be run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from positron_tui.domain.changes import Change
from positron_tui.domain.edits import Edit, EditContext, Outcome, apply_edits
from positron_tui.domain.running_config import RunningConfig

OnProgress = Callable[[Change], None]
# Called with the change and its touched objects before and after, once it was read back.
OnVerified = Callable[[Change, RunningConfig, RunningConfig], Awaitable[None]]
# Pure: running configuration (canonical) to wanted one; ValidationFailed with every finding.
Apply = Callable[[RunningConfig, EditContext], RunningConfig | Outcome]


@dataclass(frozen=True, slots=True)
class DeviceEdit:
    """A wanted edit of one device; `kind` is verb-like ("subscriber.edit").

    `subject` is what a person calls the thing that is changed. With `save` a device that runs
    what is wanted, but has not saved it, is told to save.
    """

    device: str
    kind: str
    subject: str
    apply: Apply
    save: bool = False

    @classmethod
    def of(
        cls, device: str, *edits: Edit, kind: str | None = None, subject: str | None = None
    ) -> DeviceEdit:
        """Return one or more domain edits, done one after the other, as one edit of a device.

        Kind and subject are those of the last one unless given.
        """
        return cls(
            device,
            kind or edits[-1].kind,
            subject or edits[-1].subject,
            lambda config, context: apply_edits(config, edits, context),
        )


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A plan that may be executed as it stands; no steps = there is nothing to do.

    `basis` and `wanted` hold the touched objects (and those they rely on) as they were read and as
    they shall be. `places` are the ports on which endpoints were seen that the plan binds, by MAC.
    """

    change: Change
    warnings: tuple[str, ...]
    basis: RunningConfig
    wanted: RunningConfig
    places: Mapping[str, str] = field(default_factory=dict)
    save: bool = False
