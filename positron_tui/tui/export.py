"""Tables as CSV files that a spreadsheet can open without being told to run anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as CSV; a text that a spreadsheet would calculate gets a quote in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return out.getvalue()


def _harmless(value: str) -> str:
    text = "".join(char if char.isprintable() else " " for char in value)
    if text.startswith(_FORMULA_STARTS) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_file(folder: Path, name: str, ending: str, now: datetime, content: str) -> Path:
    """Write `content` as a new file that only its owner can read, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = now.astimezone().strftime("%Y%m%d-%H%M%S")
    path = folder / f"{name}-{stamp}.{ending}"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{stamp}-{number}.{ending}"
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    return path
