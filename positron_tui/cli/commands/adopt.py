"""`adopt`: intends what runs on a unit, where nothing is intended yet."""

from __future__ import annotations

from positron_tui.cli.changing import confirmed, require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.shapes_work import adopt_shape
from positron_tui.cli.table import render_fields


async def adopt(context: Context) -> int:
    """Read a unit whole and take over what is there; nothing on the unit is touched."""
    require_answer(context)
    options, out = context.options, context.out
    async with context.services() as services:
        name = services.fleet.get(options.device).name
        question = f"Intend what runs on {name}, where nothing is intended yet?"
        if not options.dry_run and not await confirmed(context, question):
            return 1
        out.progress(f"Reading {name} ...")
        report = await services.intent.adopt(name, names=options.names, dry_run=options.dry_run)
        out.clear_progress()
    if out.as_json:
        out.json(adopt_shape(report))
    else:
        out.lines(render_fields([("device", report.device), *report.counts.items()]))
    if not any(report.counts.values()):
        out.say(f"All that runs on {report.device} is intended already.")
    elif options.dry_run:
        out.say("This would be intended from now on; nothing was taken over.")
    else:
        out.say(f"This is intended from now on; nothing on {report.device} was touched.")
    for line in report.lines:
        out.say(line)
    return 0
