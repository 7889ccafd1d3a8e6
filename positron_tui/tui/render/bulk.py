"""One action on many rows: what is planned, how far it is, how it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from positron_tui.domain.changes import Change
from positron_tui.services.bulk import (
    AnswerGroup,
    BulkItem,
    BulkProgress,
    BulkReport,
    BulkState,
    ItemState,
)
from positron_tui.tui.glyphs import Glyphs
from positron_tui.tui.render.facts import Fact, Heading, Item, Sentence
from positron_tui.tui.render.values import duration

_SHOWN_NAMES = 12
_BAR = 30


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What is to be run: (device, subject) of each, sentences on those that are left out."""

    verb: str
    named: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...] = ()
    canary: int = 1
    batch: int = 50
    concurrency: int = 20
    example: Change | None = None
    example_note: str = "Reading a device for an example ..."


def plan_items(plan: BulkPlan) -> list[Item]:
    """How many on which device, who is left out and why, how it goes, and one as an example."""
    count = len(plan.named)
    if not count:
        return [
            Sentence("There is nothing to run.", "warn"),
            *(Sentence(text, "warn") for text in plan.left_out),
        ]
    by_device = _by_device(plan.named)
    return [
        Sentence("Nothing was sent yet. Press ctrl+r to run it, esc to go back.", "accent"),
        None,
        Heading(f"{plan.verb} {count} on {_devices(len(by_device))}"),
        *(Fact(device, f"{len(names)}: {_names(names)}") for device, names in by_device.items()),
        *([None, Heading(f"Left out: {len(plan.left_out)}")] if plan.left_out else []),
        *(Sentence(text, "warn") for text in plan.left_out),
        None,
        Heading("How it goes"),
        Sentence(_how(plan, count)),
        None,
        Heading("For example"),
        *_example(plan),
    ]


def _how(plan: BulkPlan, count: int) -> str:
    alone = "The first one" if plan.canary == 1 else f"The first {plan.canary}"
    first = f"{alone} alone, then " if 0 < plan.canary < count else ""
    batches = f"{plan.batch} at a time, " if plan.batch < count else ""
    text = (
        f"{first}{batches}up to {plan.concurrency} devices side by side and one after the other "
        "on each. Each is read, changed, verified and saved. It stops at the first that fails, and "
        "can be gone on with."
    )
    return text[0].upper() + text[1:]


def _example(plan: BulkPlan) -> Iterable[Item]:
    if plan.example is None:
        return [Sentence(plan.example_note, "dim")]
    change = plan.example
    return [
        Sentence(f"{change.subject} on {change.device}:", "dim"),
        *(Sentence(step.command, "accent") for step in change.steps),
        *([] if change.steps else [Sentence("It is like that already; nothing to send.", "dim")]),
    ]


def progress_items(progress: BulkProgress, glyphs: Glyphs) -> list[Item]:
    """How many are done, what is left to wait, and how far each device is."""
    ended = progress.done + progress.refused + progress.failed
    filled = _BAR * ended // max(1, progress.total)
    bar = "#" * filled + "." * (_BAR - filled)
    left = "" if progress.eta_s is None else f", about {duration(progress.eta_s)} left"
    items: list[Item] = [
        Sentence(f"[{bar}] {ended} of {progress.total}{left}", "accent"),
        None,
        Fact("Verified", str(progress.done), "ok" if progress.done else ""),
        Fact("Refused", str(progress.refused), "warn" if progress.refused else ""),
        Fact("Failed", str(progress.failed), "bad" if progress.failed else ""),
        None,
        Heading("By device"),
    ]
    for device, (done, total) in progress.devices.items():
        sign, style = (glyphs.done, "ok") if done == total else (glyphs.running, "")
        items.append(Fact(device, f"{sign} {done} of {total}", style))
    if progress.latest is not None:
        items += [None, Fact("Last", _latest(progress.latest))]
    return items


def _latest(item: BulkItem) -> str:
    said = item.sentence or item.answer or _WORDS[item.state][0]
    return f"{item.subject} on {item.device}: {said}"


_WORDS = {
    ItemState.PENDING: ("not tried", "dim"),
    ItemState.RUNNING: ("under way", "warn"),
    ItemState.DONE: ("done", "ok"),
    ItemState.REFUSED: ("refused, nothing was sent", "warn"),
    ItemState.FAILED: ("failed", "bad"),
}
_ENDS = {
    BulkState.RUNNING: ("This run was left in the middle.", "warn"),
    BulkState.FINISHED: ("All were tried.", "ok"),
    BulkState.STOPPED: ("Stopped at the first that failed.", "bad"),
    BulkState.CANCELLED: ("Stopped by a person.", "warn"),
}


def result_items(report: BulkReport, glyphs: Glyphs, *, resumable: bool) -> list[Item]:
    """How a run ended, grouped by what the devices answered; who was not tried comes last."""
    words, style = _ENDS[report.state]
    left = [one for one in report.items if not one.state.ended]
    if report.state is BulkState.FINISHED and any(
        one.state is not ItemState.DONE for one in report.items
    ):
        style = "warn"
    sign = glyphs.done if style == "ok" else glyphs.failed
    items: list[Item] = [Sentence(f"{sign} {words}", style), Sentence(report.sentence)]
    if resumable:
        items.append(Sentence("Press ctrl+r to go on with those that are not verified.", "accent"))
    for group in report.groups:
        items += [None, *_group(group)]
    if left:
        items += [None, Heading(f"Not tried: {len(left)}"), *_members(left)]
    items += [
        None,
        Sentence("Each change is in the journal and can be taken back there on its own.", "dim"),
    ]
    return items


def resumable(report: BulkReport) -> bool:
    """Whether there is something left to go on with."""
    return report.state is not BulkState.FINISHED and any(
        one.state is not ItemState.DONE for one in report.items
    )


def _group(group: AnswerGroup) -> list[Item]:
    word, style = _WORDS[group.state]
    return [
        Heading(f"{word}: {len(group.items)}"),
        *([Sentence(group.answer, style)] if group.answer else []),
        *_members(group.items),
    ]


def _members(items: Sequence[BulkItem]) -> list[Item]:
    by_device = _by_device((one.device, one.subject) for one in items)
    return [Fact(device, _names(names)) for device, names in by_device.items()]


def _by_device(named: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for device, name in named:
        found.setdefault(device, []).append(name)
    return found


def _names(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    shown = ", ".join(names[:_SHOWN_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def _devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count} devices"
