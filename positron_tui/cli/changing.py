"""The way of every change: planned, shown, confirmed, run, told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from positron_tui.cli.context import NOTHING_DONE, Context
from positron_tui.cli.ends import exit_code, worst
from positron_tui.cli.output import Output
from positron_tui.cli.preview import show_plans, tell_plans
from positron_tui.cli.prompts import confirm
from positron_tui.cli.shapes import Shape, change_shape
from positron_tui.cli.suspended import service_shape, suspensions
from positron_tui.cli.table import render_fields
from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.services.prepared import DeviceEdit, PreparedChange

if TYPE_CHECKING:
    from positron_tui.services.app import Services

Execute = Callable[[PreparedChange, Callable[[Change], None]], Awaitable[Change]]
_SERVICE_KINDS = ("subscriber.", "endpoint.swap")


def require_answer(context: Context) -> None:
    """Raise UsageError where nobody can confirm and nothing was said about that."""
    options = context.options
    if not (options.dry_run or options.yes or context.terminal):
        raise UsageError("Nobody can be asked here; add --yes to run it or --dry-run to see it.")


async def confirmed(context: Context, question: str) -> bool:
    """Ask unless --yes was given; say what a refusal means."""
    if context.options.yes or await confirm(context.out, question):
        return True
    context.out.say(f"Not confirmed; {NOTHING_DONE}")
    return False


async def change_device(context: Context, services: Services, edit: DeviceEdit) -> int:
    """Plan one edit, show it, and run it once it is confirmed."""
    plan = await planned(context, services, edit)
    return await run_plans(context, services, [plan])


def refuse_unchangeable(context: Context, services: Services, device: str) -> None:
    """Refuse what could be planned and not be run, so that nobody confirms it in vain."""
    if not context.options.dry_run:
        services.changes.refuse_unchangeable(services.fleet.get(device))


async def planned(context: Context, services: Services, edit: DeviceEdit) -> PreparedChange:
    """Plan an edit against a fresh reading; what may not be run is refused before that."""
    refuse_unchangeable(context, services, edit.device)
    context.out.progress(f"Reading {edit.device} ...")
    plan = await services.changes.prepare(edit)
    context.out.clear_progress()
    return plan


async def run_plans(
    context: Context,
    services: Services,
    plans: Sequence[PreparedChange],
    *,
    execute: Execute | None = None,
    alone: bool = True,
) -> int:
    """Show plans, ask once, and run them in order; each only when the one before it is verified.

    The JSON of one plan that stands `alone` is the change itself, else it is in `changes`.
    """
    options, out = context.options, context.out
    if options.dry_run:
        show_plans(out, plans, alone=alone)
        return 0
    tell_plans(out, plans)
    if any(one.change.steps for one in plans) and not await confirmed(
        context, "Run these commands?"
    ):
        return 1
    done, failure = await _run_all(context, plans, execute or services.changes.execute)
    out.clear_progress()
    await _show_results(out, services, plans, done, alone=alone)
    if failure is not None:
        out.say(str(failure))
    for plan in plans[len(done) :]:
        out.say(f"Nothing was done on {plan.change.device}.")
    codes = [exit_code(change) for change in done]
    return worst([*codes, failure.exit_code] if failure else codes)


async def _run_all(
    context: Context, plans: Sequence[PreparedChange], execute: Execute
) -> tuple[list[Change], PositronError | None]:
    """Run plans until one is not verified; a refusal of the first one is raised as it is."""
    done: list[Change] = []
    for plan in plans:
        try:
            change = await execute(plan, Progress(context, name_device=len(plans) > 1))
        except PositronError as error:
            if not done:
                raise
            return done, error
        done.append(change)
        if change.verified_at is None:
            break
    return done, None


class Progress:
    """Tells each new state on stderr, and keeps what an interruption would have to say."""

    def __init__(self, context: Context, *, name_device: bool = False) -> None:
        self._context = context
        self._name_device = name_device
        self._last: ChangeState | None = None

    def __call__(self, change: Change) -> None:
        sent = sum(step.state is not StepState.PENDING for step in change.steps)
        if change.state.finished:
            self._context.waiting = ""
            self._context.note = f"the change was brought to an end: {change.message}"
        elif sent:
            self._context.waiting = (
                "Bringing the change to an end first; press Ctrl-C again to leave it half done."
            )
            self._context.note = (
                f"{sent} of {len(change.steps)} commands were sent to {change.device} and the "
                f"outcome is unknown; 'change settle {change.device}' reads what is there."
            )
        if change.state is not self._last and not change.state.finished:
            self._last = change.state
            where = f"{change.device}: " if self._name_device else ""
            self._context.out.say(f"{where}{change.state.value.replace('_', ' ')} ...")


async def _show_results(
    out: Output,
    services: Services,
    plans: Sequence[PreparedChange],
    done: Sequence[Change],
    *,
    alone: bool,
) -> None:
    if out.as_json:
        shapes = [
            change_shape(
                change,
                subscriber=await subscriber_after(services, change),
                warnings=plan.warnings,
            )
            for plan, change in zip(plans, done, strict=False)
        ]
        out.json(shapes[0] if alone and len(shapes) == 1 else {"changes": shapes})
    for number, change in enumerate(done):
        if not out.as_json:
            out.lines(["", *result_lines(change)] if number else result_lines(change))
        if change.message:
            out.say(change.message)


def result_lines(change: Change) -> list[str]:
    """Return how a change ended, as fields."""
    return render_fields(
        [
            *_subject(change),
            ("device", change.device),
            ("state", change.state.value.replace("_", " ")),
            ("saved", change.saved),
            ("journal", change.id or None),
        ]
    )


def _subject(change: Change) -> list[tuple[str, object]]:
    if change.kind.startswith("subscriber."):
        return [("subscriber", change.subject)]
    return [("change", change.kind), ("subject", change.subject)]


async def subscriber_after(services: Services, change: Change) -> Shape | None:
    """Return the service of a change as it was read back; None when there is none (any more)."""
    if not change.kind.startswith(_SERVICE_KINDS):
        return None
    view = services.fleet.get(change.device)
    name = change.after.get("name", change.subject)
    found = view.subscriber_by_name(name) if isinstance(name, str) else None
    if found is None:
        return None
    return service_shape(found, view, await suspensions(services, view.name))
