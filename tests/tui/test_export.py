"""CSV files."""

from __future__ import annotations

import csv
import io
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from positron_tui.tui.export import csv_text, write_file

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+x", "-x", "\t=1"])
def test_a_spreadsheet_is_told_nothing_to_calculate(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(["a"], [[text]]))))
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t"))


def test_numbers_and_quotes_survive() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(["a", "b"], [["-3.5", 'say "x", y']]))))
    assert rows == [["a", "b"], ["-3.5", 'say "x", y']]


def test_files_are_private_and_never_overwritten(tmp_path: Path) -> None:
    first = write_file(tmp_path / "out", "ports", "csv", AT, "a")
    second = write_file(tmp_path / "out", "ports", "csv", AT, "b")
    assert first != second
    assert (first.read_text(), second.read_text()) == ("a", "b")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
