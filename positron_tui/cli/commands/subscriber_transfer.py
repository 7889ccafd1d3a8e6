"""`subscriber import` and `export`: CSV files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from positron_tui.cli.changing import require_answer
from positron_tui.cli.context import Context
from positron_tui.cli.several import plan_items, run_planned
from positron_tui.cli.shapes_work import import_shape
from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.services.transfer import CheckedImport, LineProblem, parse_import

if TYPE_CHECKING:
    from positron_tui.cli.output import Output

REFUSED = 4
STDIN = "-"


async def import_csv(context: Context) -> int:
    """Check every line of a file, show what it would do, and do it once that is confirmed.

    With one bad line nothing is done.
    """
    require_answer(context)
    options, out = context.options, context.out
    if options.file == STDIN and context.terminal:
        out.say("Reading CSV from the terminal; Ctrl-D ends it.")
    parsed = parse_import(_read(options.file))
    async with context.services() as services:
        out.progress("Reading the units that the file names ...")
        checked = await services.transfer.check_import(parsed)
        out.clear_progress()
        _tell_lines(out, checked)
        if checked.problems:
            if out.as_json:
                out.json(import_shape(checked))
            count = len({one.line for one in checked.problems})
            out.say(f"{_counted(count, 'bad line')}; nothing was changed on any device.")
            return REFUSED
        out.say(
            f"{checked.adds} to add, {checked.edits} to change, {checked.unchanged} as they are."
        )
        plan = await plan_items(context, services, checked.items)
        return await run_planned(
            context, services, plan, f"import {_title(options.file)}", extra=import_shape(checked)
        )


async def export_csv(context: Context) -> int:
    """Write the subscribers of all units or of one as CSV with all fields."""
    options, out = context.options, context.out
    async with context.services() as services:
        device = None if options.device is None else services.fleet.get(options.device).name
        text = await services.transfer.export_csv(device)
    count = max(0, len(text.splitlines()) - 1)
    if options.file in (None, STDIN):
        out.raw(text)
        return 0
    path = Path(options.file)
    _write(path, text)
    if out.as_json:
        out.json({"file": str(path), "subscribers": count})
    out.say(f"{_counted(count, 'subscriber')} written to {path}.")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise PositronError(f"{path} cannot be written: {error.strerror}.") from error


def _read(file: str) -> str:
    try:
        if file == STDIN:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(file).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{file} is not UTF-8 text: line {line} has other bytes.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _tell_lines(out: Output, checked: CheckedImport) -> None:
    for problem in checked.problems:
        out.say(_sentence(problem))
    for warning in checked.warnings:
        out.say(f"Note: {_sentence(warning)}")


def _sentence(problem: LineProblem) -> str:
    where = f" ({problem.field})" if problem.field else ""
    return f"line {problem.line}{where}: {problem.text}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _title(file: str) -> str:
    return "from stdin" if file == STDIN else Path(file).name
