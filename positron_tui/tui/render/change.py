"""A change: its preview, its progress and its end, in words."""

from __future__ import annotations

from collections.abc import Mapping

from positron_tui.domain.changes import Change, ChangeState, ChangeStep, StepState
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.values import plural

_STAGES = (
    (ChangeState.CONFIRMED, "Checking that the device is as it was"),
    (ChangeState.APPLYING, "Sending the commands"),
    (ChangeState.VERIFYING, "Reading back and comparing"),
    (ChangeState.SAVING, "Saving for the next restart"),
)
_ENDS: dict[ChangeState, tuple[str, str]] = {
    ChangeState.VERIFIED_SAVED: ("Done: verified on the device and saved.", "ok"),
    ChangeState.VERIFIED_UNSAVED: (
        "Runs, and was verified, but is not saved: a restart of the device loses it.",
        "warn",
    ),
    ChangeState.REFUSED: ("Refused: nothing was sent.", "warn"),
    ChangeState.REVERTED: (
        "Failed and taken back: the device is as it was before (emulated, not atomic).",
        "warn",
    ),
    ChangeState.FAILED: ("Failed, and a part of it is still on the device.", "bad"),
    ChangeState.INDETERMINATE: (
        "Nobody knows: commands were sent and no answer came back. Read the device before you "
        "try again.",
        "bad",
    ),
}


_KINDS = {
    "subscriber.add": "new subscriber",
    "subscriber.edit": "edit subscriber",
    "subscriber.suspend": "suspend subscriber",
    "subscriber.resume": "resume subscriber",
    "subscriber.remove": "remove subscriber",
    "subscriber.move": "move subscriber",
    "endpoint.add": "new endpoint",
    "endpoint.edit": "edit endpoint",
    "endpoint.move": "bind endpoint",
    "endpoint.remove": "remove endpoint",
    "endpoint.swap": "swap endpoint",
    "port.set": "set port",
    "plan.push": "push plan",
    "plan.put": "put plan",
    "plan.remove": "remove plan",
    "drift.reconcile": "reconcile",
    "endpoint.reboot": "restart endpoint",
    "change.undo": "undo for",
}


def kind_words(kind: str) -> str:
    """What is done, as a person says it."""
    return _KINDS.get(kind, kind.replace(".", " ").replace("_", " "))


def title(change: Change) -> str:
    """`edit subscriber smith`."""
    return f"{kind_words(change.kind)} {change.subject}"


def preview(change: Change, warnings: tuple[str, ...]) -> list[Item]:
    """The exact commands, the fields before and after, and what to think of first."""
    notes: list[Item] = [Sentence(f"Note: {text}", "warn") for text in warnings]
    if not change.steps:
        return [
            *notes,
            Sentence(f"There is nothing to send: {change.device} is like that already."),
            Sentence("Running it only makes sure that it is saved.", "dim"),
        ]
    return [
        *notes,
        *([None] if warnings else []),
        Heading(f"{plural(len(change.steps), 'command')} for {change.device}"),
        *(item for step in change.steps for item in _step(step)),
        None,
        Heading("What changes"),
        *(fields(change.before, change.after) if not one_way(change) else [Sentence(_RESTART)]),
        None,
        *_way_back(change),
    ]


_RESTART = "Nothing in the configuration."


def one_way(change: Change) -> bool:
    """Whether there is no way back from a change by its nature."""
    return change.kind == "endpoint.reboot"


def _way_back(change: Change) -> list[Item]:
    if one_way(change):
        return [Sentence("This cannot be undone.", "warn")]
    return [
        Heading("What takes it back"),
        *inverse(change),
        None,
        Sentence(
            "The device has no candidate configuration: the commands run one by one. If one "
            "fails, those before it are taken back.",
            "dim",
        ),
    ]


def verified(change: Change) -> bool:
    """Whether a change is on the device as it was planned."""
    return change.state in (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)


def can_undo(change: Change) -> bool:
    """Whether a change left something on the device that can be taken back."""
    left = verified(change) or change.state is ChangeState.FAILED
    return left and bool(change.steps) and bool(change.id) and not one_way(change)


def why_no_undo(change: Change) -> str:
    """Say why there is nothing to take back."""
    if one_way(change):
        return "A restart cannot be undone."
    if not change.state.finished:
        return "It was not run; there is nothing to take back."
    if change.state is ChangeState.INDETERMINATE:
        return "What became of it is not known; read the device first."
    return "It left nothing on the device that could be taken back."


def _step(step: ChangeStep) -> list[Item]:
    return [Sentence(step.command, "accent"), Sentence(f"  to {step.purpose}", "dim")]


def fields(before: Mapping[str, object], after: Mapping[str, object]) -> list[Item]:
    """Every field that differs, as `was -> becomes`."""
    items: list[Item] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            items.append(Fact(field_words(name), f"{_value(old)} -> {_value(new)}"))
    return items or [Sentence("Nothing: the device is like that already.", "dim")]


def field_words(name: str) -> str:
    """A field's name as a person reads it."""
    return name.replace("_", " ").replace("vlan", "VLAN").replace("mac", "MAC")


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(one) for one in value) or "none"
    return str(value)


def inverse(change: Change) -> list[Item]:
    """The commands that take the change back, the last step's first."""
    lines = [line for step in reversed(change.steps) for line in step.inverse]
    return [Sentence(line, "accent") for line in lines] or [Sentence("Nothing to take back.")]


def progress(change: Change, glyphs: Glyphs) -> list[Item]:
    """How far a running change is."""
    reached = [state for state, _ in _STAGES]
    at = reached.index(change.state) if change.state in reached else 0
    items: list[Item] = []
    for index, (state, words) in enumerate(_STAGES):
        sign, style = _stage_sign(index, at, change, glyphs)
        counted = ""
        if state is ChangeState.APPLYING and index == at:
            done = sum(1 for step in change.steps if step.state is StepState.ACCEPTED)
            counted = f" ({done} of {len(change.steps)} accepted)"
        items.append(Sentence(f"{sign} {words}{counted}", style))
    if change.state is ChangeState.REVERTING:
        items.append(Sentence(f"{glyphs.running} Taking back what was sent", "warn"))
    return items


def _stage_sign(index: int, at: int, change: Change, glyphs: Glyphs) -> tuple[str, str]:
    if change.state is ChangeState.REVERTING:
        return glyphs.pending, "dim"
    if index < at:
        return glyphs.done, "ok"
    return (glyphs.running, "accent") if index == at else (glyphs.pending, "dim")


def result(change: Change, glyphs: Glyphs) -> list[Item]:
    """How it ended, what the device said, and how to take it back."""
    words, style = _ENDS.get(change.state, (change.state.value, "warn"))
    sign = glyphs.done if style == "ok" else glyphs.failed
    items: list[Item] = [Sentence(f"{sign} {words}", style)]
    if change.message:
        items.append(Sentence(change.message, style if style != "ok" else ""))
    for step in change.steps:
        items.extend(_step_result(step))
    if one_way(change):
        return [*items, None, Sentence("This cannot be undone.", "dim")]
    if not can_undo(change):
        return items
    text = "Press u to take it back; its plan is shown first. "
    later = f"Later: 'positron-tui change undo {change.id}'."
    return [*items, None, Sentence(text + later, "accent")]


_STEP_WORDS = {
    StepState.PENDING: ("not sent", "dim"),
    StepState.SENT: ("sent", "warn"),
    StepState.ACCEPTED: ("accepted", "ok"),
    StepState.REJECTED: ("refused", "bad"),
    StepState.UNKNOWN: ("no answer", "bad"),
    StepState.REVERTED: ("taken back", "warn"),
}


def step_word(state: StepState) -> tuple[str, str]:
    """What became of a step, and the name of its style."""
    return _STEP_WORDS[state]


def _step_result(step: ChangeStep) -> list[Item]:
    words, style = _STEP_WORDS[step.state]
    items: list[Item] = [Fact(words, step.command, style)]
    if step.reply and step.state is not StepState.ACCEPTED:
        items.append(Fact("device says", step.reply, "warn"))
    return items
