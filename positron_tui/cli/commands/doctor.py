"""`doctor`: checks of the surroundings and of every unit, each with a sentence."""

from __future__ import annotations

from positron_tui.cli.context import Context
from positron_tui.cli.shapes import check_shape
from positron_tui.cli.text import pad, safe_line
from positron_tui.services.doctor import Check

_WORDS = {True: "ok", False: "problem", None: "note"}


async def run(context: Context) -> int:
    """Print every check as it is done; 1 when one of them is a problem."""
    found: list[Check] = []
    async with context.services() as services:
        async for check in services.doctor.checks():
            found.append(check)
            if not context.out.as_json:
                word = pad(_WORDS[check.ok], max(map(len, _WORDS.values())))
                context.out.line(f"{word}  {safe_line(check.name)}: {safe_line(check.sentence)}")
    if context.out.as_json:
        context.out.json([check_shape(check) for check in found])
    return 1 if any(check.ok is False for check in found) else 0
