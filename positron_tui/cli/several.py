"""One action on one target or on several: a change, or a bulk run with progress."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from positron_tui.cli.changing import change_device, confirmed
from positron_tui.cli.context import Context
from positron_tui.cli.ends import worst
from positron_tui.cli.preview import show_plans, tell_plans
from positron_tui.cli.runs import RunTalk, run_code, show_run
from positron_tui.cli.shapes import Shape
from positron_tui.cli.targets import Target
from positron_tui.domain.edits import EditContext, Outcome
from positron_tui.domain.errors import PositronError, ValidationFailed
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.actions import ActionEdit
from positron_tui.services.prepared import DeviceEdit, PreparedChange

if TYPE_CHECKING:
    from positron_tui.services.app import Services

_PLANNED_ANEW = (
    "Each item is planned anew from a fresh reading when its turn comes; the first one that fails "
    "stops the run."
)


@dataclass(slots=True)
class ItemsPlan:
    """What a bulk run would do: the plans by device, the items that can be run, and the exit
    codes of those that cannot.
    """

    plans: list[PreparedChange] = field(default_factory=list)
    items: list[ActionEdit] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


async def change_targets(
    context: Context,
    services: Services,
    targets: Sequence[Target],
    make: Callable[[Target], Awaitable[ActionEdit]],
    title: str,
) -> int:
    """Change the one target as a change, or several as a bulk run without those that cannot be."""
    if len(targets) == 1:
        return await change_device(context, services, await make(targets[0]))
    items: list[ActionEdit] = []
    codes: list[int] = []
    for one in targets:
        try:
            items.append(await make(one))
        except PositronError as error:
            context.out.say(f"{one.name} on {one.device}: {error}")
            codes.append(error.exit_code)
    plan = await plan_items(context, services, items)
    plan.codes += codes
    return await run_planned(context, services, plan, title)


async def run_planned(
    context: Context,
    services: Services,
    plan: ItemsPlan,
    title: str,
    extra: Shape | None = None,
) -> int:
    """Show a plan, ask once, and run its items as a bulk run; `extra` joins the JSON."""
    options, out = context.options, context.out
    if options.dry_run or not plan.items:
        show_plans(out, plan.plans, alone=False, extra=extra)
        return worst(plan.codes)
    tell_plans(out, plan.plans)
    out.say(_PLANNED_ANEW)
    if not await confirmed(context, f"Run these commands for {len(plan.items)} items?"):
        return worst([*plan.codes, 1])
    report = await services.bulk.run(plan.items, title=title, on_progress=RunTalk(context))
    out.clear_progress()
    show_run(out, report, extra=extra)
    return worst([*plan.codes, await run_code(services, report)])


async def plan_items(
    context: Context, services: Services, items: Sequence[ActionEdit]
) -> ItemsPlan:
    """Plan all items of a device as one, devices side by side; tell which cannot be done."""
    groups = [_Combined(device, items) for device in dict.fromkeys(one.device for one in items)]
    done = 0

    async def prepare(group: _Combined) -> PreparedChange | PositronError:
        nonlocal done
        try:
            return await services.changes.prepare(group.edit())
        except PositronError as error:
            return error
        finally:
            done += 1
            context.out.progress(f"Planned {done} of {len(groups)} units ...")

    results = await asyncio.gather(*(prepare(group) for group in groups))
    context.out.clear_progress()
    plan = ItemsPlan()
    for group, result in zip(groups, results, strict=True):
        if isinstance(result, PositronError):
            context.out.say(f"{group.device}: {result}")
            plan.codes.append(result.exit_code)
        else:
            plan.plans.append(result)
            _sort_out(context, plan, group)
    return plan


def _sort_out(context: Context, plan: ItemsPlan, group: _Combined) -> None:
    """Keep the items of a device that can be run, and say why the others cannot."""
    for place, item in enumerate(group.items):
        refusal = group.refused.get(place)
        if refusal is None:
            plan.items.append(item)
            continue
        plan.codes.append(refusal.exit_code)
        for finding in refusal.findings:
            context.out.say(f"{item.subject} on {item.device}: {finding.text}")


class _Combined:
    """All edits of one device, planned as one; those that break a rule are left out of it."""

    def __init__(self, device: str, items: Sequence[ActionEdit]) -> None:
        self.device = device
        self.items = [one for one in items if one.device == device]
        self.refused: dict[int, ValidationFailed] = {}

    def edit(self) -> DeviceEdit:
        first = self.items[0]
        subject = first.subject if len(self.items) == 1 else f"{len(self.items)} items"
        return DeviceEdit(self.device, first.kind, subject, self._apply)

    def _apply(self, config: RunningConfig, context: EditContext) -> Outcome:
        whole = Outcome(config)
        self.refused.clear()
        for place, item in enumerate(self.items):
            try:
                result = item.apply(whole.config, context)
            except ValidationFailed as error:
                self.refused[place] = error
                continue
            if isinstance(result, RunningConfig):
                whole = replace(whole, config=result)
            else:
                warnings = dict.fromkeys((*whole.warnings, *result.warnings))
                whole = Outcome(result.config, warnings=tuple(warnings))
        return whole
