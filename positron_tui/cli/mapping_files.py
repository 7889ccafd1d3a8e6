"""Mappings in files: TOML or JSON by the end of the name, `-` for standard input and output."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from positron_tui.domain.errors import PositronError, UsageError
from positron_tui.domain.mapping import BillingMapping
from positron_tui.domain.mapping_document import mapping_document, read_mapping

STREAM = "-"
_TOML = ".toml"


def mapping_text(mapping: BillingMapping, file: str) -> str:
    """Return a mapping as the text of such a file."""
    document = mapping_document(mapping)
    if Path(file).suffix == _TOML:
        return tomli_w.dumps(document)
    return json.dumps(document, indent=2) + "\n"


def write_mapping(mapping: BillingMapping, file: str) -> None:
    """Write a mapping into a file."""
    try:
        Path(file).write_text(mapping_text(mapping, file), encoding="utf-8")
    except OSError as error:
        raise PositronError(f"{file} cannot be written: {error.strerror}.") from None


def read_mapping_file(file: str) -> BillingMapping:
    """Return the mapping of a file; UsageError says what is wrong in it."""
    content = _content(file, _text(file))
    if not isinstance(content, dict):
        raise UsageError(f"{file} holds no mapping; '--export FILE' writes the right form.")
    return read_mapping(content)


def _text(file: str) -> str:
    try:
        if file == STREAM:
            return sys.stdin.read()
        return Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _content(file: str, text: str) -> Any:
    kind = "TOML" if Path(file).suffix == _TOML else "JSON"
    try:
        return tomllib.loads(text) if kind == "TOML" else json.loads(text)
    except ValueError as error:
        raise UsageError(
            f"{file} is not {kind}: {error}. '--export FILE' writes the right form."
        ) from None
