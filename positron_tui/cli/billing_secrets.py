"""Where the secrets of a billing system come from: JSON on stdin, or prompts on a terminal."""

from __future__ import annotations

import json
from typing import Any

from positron_tui.billing.contract import BillingSecrets
from positron_tui.cli.context import Context
from positron_tui.cli.prompts import ask_secret
from positron_tui.cli.secrets_input import stdin_text
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import UsageError

_WANTED = {
    BillingKind.SPLYNX: {
        "key": "API key",
        "secret": "API secret",
        "hook_secret": "Secret of the hook (empty: none)",
    },
    BillingKind.SONAR: {"token": "Personal access token"},
}
_MORE = {BillingKind.SPLYNX: (), BillingKind.SONAR: ("hook_path",)}


def read_secrets(context: Context, kind: BillingKind) -> BillingSecrets:
    """Return the secrets of a system; UsageError never repeats any of them."""
    wanted = _WANTED[kind]
    if context.options.secrets_stdin:
        return _from_json(stdin_text(), (*wanted, *_MORE[kind]))
    if not context.terminal:
        raise UsageError("Nobody can be asked here; give the secrets with --secrets-stdin.")
    given = {name: ask_secret(context.out, label) for name, label in wanted.items()}
    return BillingSecrets(**{name: value or None for name, value in given.items()})


def _from_json(text: str, known: tuple[str, ...]) -> BillingSecrets:
    try:
        content: Any = json.loads(text)
    except ValueError:
        raise UsageError("What came on stdin is not JSON; give an object of secrets.") from None
    if not isinstance(content, dict):
        raise UsageError("What came on stdin is JSON, but not an object of secrets.")
    for name, value in content.items():
        if name not in known:
            raise UsageError(
                f"The secrets on stdin have an unknown key; known are {', '.join(known)}."
            )
        if value is not None and not isinstance(value, str):
            raise UsageError(f"The secret {name} on stdin must be a text or null.")
    return BillingSecrets(**{name: value or None for name, value in content.items()})
