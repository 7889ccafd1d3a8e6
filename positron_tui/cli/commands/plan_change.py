"""`plan add`, `edit`, `remove` and `push`: the catalogue, and its copies on the units."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from positron_tui.cli.changing import change_device, confirmed, require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.preview import field_lines
from positron_tui.cli.several import change_targets
from positron_tui.cli.shapes import Shape
from positron_tui.cli.shapes_work import plan_of_catalogue_shape
from positron_tui.cli.targets import Target
from positron_tui.domain.errors import UsageError
from positron_tui.domain.plans import Plan


async def add(context: Context) -> int:
    """Put a sold plan into the catalogue; no unit is touched."""
    require_answer(context)
    options = context.options
    plan = Plan(options.name, options.down, options.up)
    async with context.services() as services:
        await services.plans.check(plan)
        return await _record(context, None, plan, lambda: services.plans.add(plan))


async def edit(context: Context) -> int:
    """Change a plan of the catalogue; its copies on units differ until they are pushed."""
    require_answer(context)
    options = context.options
    if options.new_name is options.down is options.up is None:
        raise UsageError("There is nothing to change; see 'positron-tui plan edit --help'.")
    async with context.services() as services:
        held = await services.plans.get(options.name)
        wanted = replace(
            held,
            name=options.new_name or held.name,
            down_mbps=held.down_mbps if options.down is None else options.down,
            up_mbps=held.up_mbps if options.up is None else options.up,
        )
        await services.plans.check(wanted, instead_of=held.name)
        code = await _record(
            context,
            held,
            wanted,
            lambda: services.plans.edit(
                held.name,
                new_name=options.new_name,
                down_mbps=options.down,
                up_mbps=options.up,
            ),
        )
    if not code and not options.dry_run:
        context.out.say(f"'plan push {wanted.name} --all' brings it to the units that have it.")
    return code


async def remove(context: Context) -> int:
    """Take a plan out of the catalogue, or with --device a profile off a unit."""
    require_answer(context)
    options = context.options
    async with context.services() as services:
        if options.device is not None:
            device = services.fleet.get(options.device).name
            edit = await services.actions.profile_remove(device, options.name)
            return await change_device(context, services, edit)
        held = await services.plans.get(options.name)
        return await _record(context, held, None, lambda: services.plans.remove(held.name))


async def push(context: Context) -> int:
    """Create or correct the profile of a plan on units."""
    require_answer(context)
    options = context.options
    if bool(options.devices) == options.all:
        raise UsageError("Name units to push the plan to, or give --all.")
    async with context.services() as services:
        plan = await services.plans.get(options.name)
        wanted = services.fleet.names() if options.all else options.devices
        names = dict.fromkeys(services.fleet.get(name).name for name in wanted)
        return await change_targets(
            context,
            services,
            [Target(name, plan.name) for name in names],
            lambda one: services.actions.plan_push(one.device, one.name),
            f"push plan {plan.name}",
        )


async def _record(
    context: Context,
    before: Plan | None,
    after: Plan | None,
    change: Callable[[], Awaitable[object]],
) -> int:
    """Show what becomes of the catalogue, and keep it once it is confirmed."""
    options, out = context.options, context.out
    old, new = _fields(before), _fields(after)
    lines = field_lines(old, new, out.width)
    if not options.dry_run:
        out.say_lines(lines)
        if not await confirmed(context, "Change the catalogue?"):
            return 1
        await change()
        out.say("The catalogue is changed; no unit was touched.")
    if out.as_json:
        out.json({"before": old or None, "after": new or None, "changed": not options.dry_run})
    elif options.dry_run:
        out.lines(lines)
    return 0


def _fields(plan: Plan | None) -> Shape:
    return {} if plan is None else plan_of_catalogue_shape(plan)
