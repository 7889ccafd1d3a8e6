"""Signatures against vectors that were computed apart from this code."""

from __future__ import annotations

from typing import Any

from positron_tui.billing.splynx.signing import (
    basic_header,
    hook_signature,
    signature,
    signed_header,
)


def test_requests_are_signed_as_documented(recorded: dict[str, Any]) -> None:
    vectors = recorded["signatures"]["splynx_ea"]
    assert len(vectors) == 3
    for one in vectors:
        made = (one["key"], one["secret"], int(one["nonce"]))
        assert signature(*made) == one["signature"]
        assert signed_header(*made) == one["header"]


def test_basic_is_what_it_is_everywhere(recorded: dict[str, Any]) -> None:
    one = recorded["signatures"]["basic"]
    assert basic_header(one["key"], one["secret"]) == one["header"]


def test_hooks_are_signed_over_the_raw_body(recorded: dict[str, Any]) -> None:
    one = recorded["signatures"]["webhook"]
    body = one["raw_body"].encode()
    assert hook_signature(one["secret"], body) == one["X-Splynx-Signature"]
    assert hook_signature(one["secret"], body + b" ") != one["X-Splynx-Signature"]
