"""Where the secrets of a billing system come from: stdin, a terminal, or the back-end itself."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from positron_tui.billing.contract import BillingSecrets
from positron_tui.cli.context import Context
from positron_tui.cli.prompts import ask_secret
from positron_tui.cli.secrets_input import stdin_text
from positron_tui.config import SecretsBackend
from positron_tui.domain.billing import BillingKind
from positron_tui.domain.errors import UsageError
from positron_tui.services.app import Services

_WANTED = {
    BillingKind.SPLYNX: {
        "key": "API key",
        "secret": "API secret",
        "hook_secret": "Secret of the hook (empty: none)",
    },
    BillingKind.SONAR: {"token": "Personal access token"},
}
_MORE: Mapping[BillingKind, tuple[str, ...]] = {
    BillingKind.SPLYNX: (),
    BillingKind.SONAR: ("hook_path",),
}
_READ_ONLY = (SecretsBackend.ENV, SecretsBackend.COMMAND)


async def read_secrets(
    context: Context, services: Services, name: str, kind: BillingKind
) -> BillingSecrets:
    """Return the secrets of a system; UsageError never repeats any of them."""
    wanted = _WANTED[kind]
    if context.options.secrets_stdin:
        return secrets_of(stdin_text(), (*wanted, *_MORE[kind]))
    if context.settings.secrets.backend in _READ_ONLY:
        return await services.vault.billing_secrets(name)
    given = {word: ask_secret(context.out, label) for word, label in wanted.items()}
    return BillingSecrets(**{word: value or None for word, value in given.items()})


def require_source(context: Context) -> None:
    """Refuse before anything is opened where no secret can come from."""
    elsewhere = context.settings.secrets.backend in _READ_ONLY
    if not (context.options.secrets_stdin or context.terminal or elsewhere):
        raise UsageError(
            "Nobody can be asked for the secrets here; pass them on stdin with --secrets-stdin."
        )


def secrets_of(text: str, known: tuple[str, ...]) -> BillingSecrets:
    """Read secrets as a JSON object, or as lines of name=value; UsageError without any of them."""
    content = _lines(text) if not text.lstrip().startswith(("{", "[", '"')) else _json(text)
    for name, value in content.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"the nearest known one is '{near[0]}'" if near else f"known are {_list(known)}"
            raise UsageError(f"The secrets on stdin have an unknown name; {hint}.")
        if value is not None and not isinstance(value, str):
            raise UsageError(f"The secret {name} on stdin must be a text or null.")
    found = {name: value or None for name, value in content.items()}
    if not any(found.values()):
        raise UsageError(f"There is no secret on stdin; give {_list(known)}.")
    return BillingSecrets(**found)


def _json(text: str) -> dict[str, Any]:
    try:
        content: Any = json.loads(text)
    except ValueError:
        raise UsageError("What came on stdin is not JSON; give an object of secrets.") from None
    if not isinstance(content, dict):
        raise UsageError("What came on stdin is JSON, but not an object of secrets.")
    return content


def _lines(text: str) -> dict[str, str]:
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign:
            raise UsageError(f"Line {number} on stdin is not NAME=VALUE.")
        found[name.strip()] = value.strip()
    return found


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)
