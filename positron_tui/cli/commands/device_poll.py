"""`device poll`: reads units now, all of them side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from positron_tui.cli.context import Context
from positron_tui.cli.shapes import poll_shape
from positron_tui.cli.table import Column
from positron_tui.domain.errors import UsageError
from positron_tui.services.monitor import PollOutcome

if TYPE_CHECKING:
    from positron_tui.services.app import Services

UNREACHABLE = 3
FAILED = 1
_RESULTS = {True: "read", False: "unreachable", None: "not asked"}
_COLUMNS = (
    Column("NAME", 0, least=12),
    Column("RESULT", 0, least=11),
    Column("SECONDS", 1, right=True),
    Column("READ", 2, least=10),
    Column("FAILURE", 1, least=20),
)


async def poll(context: Context) -> int:
    """Read one unit or all; 3 when one does not answer, 1 when its secrets are not to be had."""
    options, out = context.options, context.out
    if bool(options.name) == options.all:
        raise UsageError("Name one unit to poll, or give --all.")
    context.note = "the readings that were complete are kept, nothing was changed on any device."
    async with context.services() as services:
        names = services.fleet.names() if options.all else (services.fleet.get(options.name).name,)
        outcomes = await _poll_all(context, services, names)
    out.clear_progress()
    if out.as_json:
        out.json([poll_shape(one) for one in outcomes])
    else:
        out.table(_COLUMNS, [_row(one) for one in outcomes])
    for one in outcomes:
        for sentence in _complaints(one):
            out.say(sentence)
    if any(one.reachable is False for one in outcomes):
        return UNREACHABLE
    return 0 if all(one.reachable for one in outcomes) else FAILED


async def _poll_all(
    context: Context, services: Services, names: tuple[str, ...]
) -> list[PollOutcome]:
    """Poll side by side, as many at once as the settings allow, each within its own time."""
    monitor = context.settings.monitor
    turns = asyncio.Semaphore(monitor.concurrency)
    done = 0

    async def one(name: str) -> PollOutcome:
        nonlocal done
        async with turns:
            outcome = await services.monitor.poll(name)
        done += 1
        context.out.progress(f"Read {done} of {len(names)} ...")
        return outcome

    try:
        async with asyncio.timeout(monitor.overall_timeout_s), asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(name), name=f"poll {name}") for name in names]
    except TimeoutError:
        return [_outcome(task, name) for task, name in zip(tasks, names, strict=True)]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


def _outcome(task: asyncio.Task[PollOutcome], name: str) -> PollOutcome:
    if task.done() and not task.cancelled() and task.exception() is None:
        return task.result()
    return PollOutcome(
        name=name,
        reachable=False,
        sections=frozenset(),
        failure=f"{name} was not read within the time for all devices "
        "(setting monitor.overall_timeout_s).",
    )


def _complaints(outcome: PollOutcome) -> list[str]:
    """Return what went wrong, in sentences that name the unit."""
    if not outcome.reachable:
        return [outcome.failure or f"{outcome.name} does not answer."]
    return [
        f"{outcome.name}, {section.value}: {sentence}"
        for section, sentence in outcome.failures.items()
    ]


def _row(outcome: PollOutcome) -> tuple[object, ...]:
    shape = poll_shape(outcome)
    return (
        outcome.name,
        _RESULTS[outcome.reachable],
        f"{outcome.duration_s:.2f}",
        ", ".join(shape["sections"]),
        shape["failure"],
    )
