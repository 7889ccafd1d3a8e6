"""Output a page at a time, with the family's pager text and its way to wipe it."""

from __future__ import annotations

from positron_tui.simulator.cli.editor import CTRL_C, Keys, Write

MORE = "-- more --, next page: Space, continue: g, quit: ^C"
ERASE = "\r" + " " * 55 + "\r"


async def write_paged(lines: list[str], rows: int, keys: Keys, write: Write) -> None:
    """Write lines with CR LF; stop after `rows` - 1 of them for a key, never when `rows` is 0."""
    page = max(1, rows - 1) if rows else len(lines) or 1
    room = page
    for place, line in enumerate(lines):
        write(f"{line}\r\n")
        room -= 1
        if room or place == len(lines) - 1:
            continue
        room = await _ask(keys, write, page, len(lines))
        if not room:
            return


async def _ask(keys: Keys, write: Write, page: int, everything: int) -> int:
    """Return how many lines may follow: a page, one, all, or none."""
    write(MORE)
    answers = {" ": page, "\r": 1, "\n": 1, "g": everything, CTRL_C: 0, "q": 0}
    while (key := await keys.next()) not in answers:
        pass
    if key == "\r":
        keys.skip_line_feed()
    write(ERASE)
    return answers[key]
