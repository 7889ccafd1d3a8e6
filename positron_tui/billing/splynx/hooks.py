"""Hooks of Splynx: genuine or not, and which object they hint at. Pure."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from positron_tui.billing.splynx.coerce import as_int, as_object, as_text
from positron_tui.billing.splynx.signing import hook_signature
from positron_tui.domain.billing import HookEvent
from positron_tui.domain.errors import HookRefused

SIGNATURE = "x-splynx-signature"
_FORM = "application/x-www-form-urlencoded"
_PARTS = re.compile(r"\[([^\]]*)\]")
_NAME = re.compile(r"[^a-z0-9_.-]+")
_LONGEST_NAME = 60
# A ping is a few words; nothing longer is looked into before its signature is checked.
_LONGEST_PING = 10_000
_DEEPEST = 8
_READS = ("get", "view", "list", "search", "export")
# What is about customers without changing what they bought.
_ASIDE = ("note", "comment", "online", "statistic", "document", "message", "log", "traffic")
PING = HookEvent("ping", relevant=False)


def read_hook(headers: Mapping[str, str], body: bytes, secret: str | None) -> HookEvent:
    """Return what a delivery tells; HookRefused when it is not genuine or not understood."""
    given = headers.get(SIGNATURE)
    form = headers.get("content-type", "").split(";")[0].strip().lower() == _FORM
    if given is None:
        # Splynx may leave its pings unsigned, and they do nothing here.
        if len(body) <= _LONGEST_PING and _is_ping(body, form=form):
            return PING
        raise HookRefused("A hook came without a signature; set a secret for it in Splynx.")
    if not secret:
        raise HookRefused(
            "A hook came, but its secret is not known here; give it with the connection's secrets."
        )
    wanted = hook_signature(secret, body)
    if not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        raise HookRefused(
            "A hook has a wrong signature; its secret here and in Splynx must be the same."
        )
    return _event(_content(body, form=form))


def _is_ping(body: bytes, *, form: bool) -> bool:
    try:
        return _content(body, form=form).get("type") == "ping"
    except HookRefused:
        return False


def _content(body: bytes, *, form: bool) -> Mapping[str, object]:
    try:
        content = _nested(body.decode()) if form else json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, Mapping):
        raise HookRefused("A hook has a body that is not understood.")
    return content


def _nested(text: str) -> dict[str, Any]:
    """Return PHP's nested parameters; `data` may also be JSON in one parameter."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, bracket, rest = name.partition("[")
        parts = [head, *_PARTS.findall(bracket + rest)][:_DEEPEST]
        place = found
        for part in parts[:-1]:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        place[parts[-1]] = value
    data = found.get("data")
    if isinstance(data, str):
        found["data"] = json.loads(data)
    return found


def _event(content: Mapping[str, object]) -> HookEvent:
    if content.get("type") == "ping":
        return PING
    data = as_object(content.get("data"))
    model = as_text(data.get("model")).replace("/", "\\").rpartition("\\")[2].lower()
    action = as_text(data.get("action")).lower()
    kind = _kind(model)
    event = _NAME.sub("_", f"{model or 'unknown'}.{action or 'unknown'}")[:_LONGEST_NAME]
    failed = as_text(data.get("result")).lower() not in ("", "success")
    if kind is None or failed or action.startswith(_READS):
        return HookEvent(event, relevant=False)
    attributes = as_object(data.get("attributes"))
    own = _number(attributes.get("id"))
    if kind == "account":
        return HookEvent(event, own or _number(data.get("customer_id")))
    customer = _number(attributes.get("customer_id")) or _number(data.get("customer_id"))
    return HookEvent(event, customer, own if kind == "service" else None)


def _kind(model: str) -> str | None:
    """Return what a model is about: account, service or plan; None for what does not matter."""
    if any(word in model for word in _ASIDE):
        return None
    if model.startswith("service"):
        return "service"
    if model.startswith("customer"):
        return "account"
    return "plan" if "tariff" in model else None


def _number(value: object) -> str | None:
    number = as_int(value)
    return str(number) if number and number > 0 else None
