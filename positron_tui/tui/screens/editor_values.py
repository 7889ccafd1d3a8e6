"""What was typed into the subscriber editor: what it means, what is wrong, what is off. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.edits import KEEP, Keep
from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import UsageError
from positron_tui.domain.models import ENDPOINT_MODELS_BY_NAME
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.subscribers import Poe, Subscriber
from positron_tui.domain.vlans import (
    MAX_ALLOWED_VLANS,
    format_vlan_list,
    parse_vlan_list,
    vlan_problem,
)
from positron_tui.services.provisioning import EditorChoices
from positron_tui.tui.screens.editor_options import (
    ANY_UPLINK,
    ENDPOINT_PREFIX,
    LEAVE_POE,
    PORT_PREFIX,
    UNTHROTTLED,
)

_VLAN_FIELDS = ("vlan", "remapped_vlan", "port2_vlan", "outer_vlan")
_JSONRPC_FIELDS = ("trunk", "double_tag", "outer_vlan", "uplink")


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of the form as they stand; texts may still be nonsense."""

    name: str = ""
    target: str | None = None
    vlan: str = ""
    plan: str | None = None
    tagged: bool = False
    remapped_vlan: str = ""
    port2_vlan: str = ""
    allowed_vlans: str = ""
    trunk: bool = False
    double_tag: bool = False
    outer_vlan: str = ""
    uplink: str = ANY_UPLINK
    poe: str = LEAVE_POE
    description: str = ""


def draft_of(subscriber: Subscriber, plan: str | None) -> Draft:
    """Return the form of a service that runs; `plan` is what its plan is called."""
    return Draft(
        name=subscriber.name,
        vlan=_text(subscriber.vlan),
        plan=plan,
        tagged=bool(subscriber.tagged),
        remapped_vlan=_text(subscriber.remapped_vlan),
        port2_vlan=_text(subscriber.port2_vlan),
        allowed_vlans=format_vlan_list(subscriber.allowed_vlans)
        if subscriber.allowed_vlans
        else "",
        trunk=bool(subscriber.trunk),
        double_tag=bool(subscriber.double_tag),
        outer_vlan=_text(subscriber.outer_vlan),
        uplink=subscriber.uplink or ANY_UPLINK,
        poe=subscriber.poe.value if subscriber.poe else LEAVE_POE,
        description=subscriber.description or "",
    )


def chosen_endpoint(draft: Draft, choices: EditorChoices) -> Endpoint | None:
    """Return the endpoint that the draft names, or the only one on the port it names."""
    target = draft.target or ""
    if target.startswith(ENDPOINT_PREFIX):
        mac = target.removeprefix(ENDPOINT_PREFIX)
        return next((one for one in choices.free_endpoints if one.mac == mac), None)
    port = target.removeprefix(PORT_PREFIX)
    here = [one for one in choices.free_endpoints if one.port == port]
    return here[0] if len(here) == 1 else None


def switched_off(
    draft: Draft, choices: EditorChoices, endpoint: Endpoint | None
) -> Mapping[str, str]:
    """Return the fields that cannot be used, with the reason: product, firmware, way, others."""
    reasons: dict[str, str] = {}
    if choices.poe is False:
        reasons["poe"] = f"The firmware of {choices.device} has no setting for it."
    model = ENDPOINT_MODELS_BY_NAME.get(endpoint.model or "") if endpoint else None
    if model is not None and model.ethernet_ports == 1:
        reasons["port2_vlan"] = f"A {model.name} has one Ethernet port."
    if model is not None and not model.poe:
        reasons["poe"] = f"A {model.name} cannot feed power over Ethernet."
    if len(choices.uplinks) == 1:
        reasons["uplink"] = f"{choices.device} has one uplink."
    if draft.trunk:
        reasons["allowed_vlans"] = "Trunk mode carries every VLAN."
    if not draft.double_tag:
        reasons["outer_vlan"] = "Only with double tags."
    if not choices.jsonrpc:
        reasons |= dict.fromkeys(_JSONRPC_FIELDS, "Needs JSON-RPC (see above).")
    return reasons


def jsonrpc_hint(choices: EditorChoices) -> str | None:
    """Say how to get the fields that the command line has no words for."""
    if choices.jsonrpc or choices.subscriber_model is SubscriberModel.PORT_AWARE:
        return None
    return (
        f"Trunk, double tags and the uplink need the JSON-RPC API of {choices.device}; go back "
        "and press H to allow it."
    )


def problems(draft: Draft, choices: EditorChoices, held: Draft | None = None) -> dict[str, str]:
    """Return what can be said of single fields before the device is asked.

    `held` is the draft of the service as it runs: what was not touched is in nobody's way.
    """
    found: dict[str, str] = {}
    _note(found, "name", name_problem(draft.name) or _taken(draft, choices, held))
    if draft.target is None and held is None:
        found["target"] = "Choose the endpoint or the port that gets the service."
    for field in _VLAN_FIELDS:
        needed = field == "vlan" or (field == "outer_vlan" and draft.double_tag)
        text = str(getattr(draft, field))
        _note(found, field, _vlan_text_problem(text, choices, needed=needed))
    if draft.port2_vlan.strip() and draft.port2_vlan.strip() == draft.vlan.strip():
        found.setdefault("port2_vlan", "The second port needs another VLAN than the first.")
    _note(found, "allowed_vlans", _list_problem(draft.allowed_vlans, choices))
    _note(found, "description", description_problem(draft.description))
    if held is None:
        return found
    return {
        field: text
        for field, text in found.items()
        if getattr(draft, field) != getattr(held, field)
        or (field == "outer_vlan" and draft.double_tag != held.double_tag)
    }


def carries(holder: str) -> str:
    """Say that an endpoint has a service, and what can be done."""
    return (
        f"It carries {holder}; choose another endpoint, or go back and press E on {holder} to "
        "edit that."
    )


def notes(draft: Draft, choices: EditorChoices, own: str | None = None) -> dict[str, str]:
    """Return what is allowed and worth knowing: who shares the VLAN with the service `own`."""
    word = draft.vlan.strip()
    if not (word.isascii() and word.isdigit()):
        return {}
    sharing = [one.name for one in choices.subscribers if one.vlan == int(word) and one.name != own]
    if not sharing:
        return {}
    names = ", ".join(sharing[:3]) + (f" and {len(sharing) - 3} more" if sharing[3:] else "")
    free = choices.next_free_vlan
    offer = f" {free} is free." if free is not None else ""
    return {"vlan": f"Shared with {names} on this unit.{offer}"}


def settled(draft: Draft, off: Mapping[str, str], held: Draft | None = None) -> Draft:
    """Return the draft without what stands in fields that are off; they stay as they were."""
    base = held or Draft()
    kept = {one.name for one in fields(Draft)} & set(off) - {"target"}
    return replace(draft, **{name: getattr(base, name) for name in kept})


def to_request(draft: Draft, device: str) -> SubscriberRequest:
    """Return the request of a settled draft that has no problems."""
    target = draft.target or ""
    is_endpoint = target.startswith(ENDPOINT_PREFIX)
    return SubscriberRequest(
        name=draft.name,
        device=device,
        vlan=int(draft.vlan),
        endpoint_mac=target.removeprefix(ENDPOINT_PREFIX) if is_endpoint else None,
        port=None if is_endpoint else target.removeprefix(PORT_PREFIX),
        plan=_plan(draft),
        tagged=draft.tagged,
        remapped_vlan=_optional(draft.remapped_vlan),
        port2_vlan=_optional(draft.port2_vlan),
        allowed_vlans=parse_vlan_list(draft.allowed_vlans),
        poe=None if draft.poe == LEAVE_POE else Poe(draft.poe),
        description=draft.description or None,
        trunk=draft.trunk,
        double_tag=draft.double_tag,
        outer_vlan=_optional(draft.outer_vlan),
        uplink=draft.uplink or None,
    )


def to_edit(draft: Draft, held: Draft) -> EditSubscriber:
    """Return the edit from what runs to a settled draft that has no problems."""

    def differs(field: str) -> bool:
        return bool(getattr(draft, field) != getattr(held, field))

    def vlan(field: str) -> int | Keep | None:
        return _optional(str(getattr(draft, field))) if differs(field) else KEEP

    return EditSubscriber(
        held.name,
        new_name=draft.name if differs("name") else KEEP,
        description=(draft.description or None) if differs("description") else KEEP,
        vlan=int(draft.vlan) if differs("vlan") else KEEP,
        tagged=draft.tagged if differs("tagged") else KEEP,
        remapped_vlan=vlan("remapped_vlan"),
        port2_vlan=vlan("port2_vlan"),
        allowed_vlans=parse_vlan_list(draft.allowed_vlans) if differs("allowed_vlans") else KEEP,
        trunk=draft.trunk if differs("trunk") else KEEP,
        double_tag=draft.double_tag if differs("double_tag") else KEEP,
        outer_vlan=vlan("outer_vlan"),
        uplink=(draft.uplink or None) if differs("uplink") else KEEP,
        plan=_plan(draft) if differs("plan") else KEEP,
        poe=Poe(draft.poe) if differs("poe") and draft.poe != LEAVE_POE else KEEP,
    )


def field_of(name: str) -> str:
    """Return the form's field for a field of the rules."""
    return {
        "endpoint": "target",
        "endpoint_mac": "target",
        "port": "target",
        "new_name": "name",
        "profile": "plan",
    }.get(name, name)


def line_words(line: Line | None, count: int) -> str:
    """What the editor's top line says of the device."""
    kind = line.value if line else "unknown line"
    return f"{kind}, {count} endpoints without a service"


def _taken(draft: Draft, choices: EditorChoices, held: Draft | None) -> str | None:
    own = held.name if held else None
    if draft.name != own and any(one.name == draft.name for one in choices.subscribers):
        return f"{choices.device} already has a subscriber named {draft.name}; choose another name."
    return None


def _note(found: dict[str, str], field: str, problem: str | None) -> None:
    if problem:
        found[field] = problem if problem.endswith(".") else f"{problem}; choose another."


def _vlan_text_problem(text: str, choices: EditorChoices, *, needed: bool = False) -> str | None:
    word = text.strip()
    if not word:
        return "Give a VLAN." if needed else None
    if not (word.isascii() and word.isdigit()):
        return f"'{word}' is not a number."
    return vlan_problem(int(word), choices.management_vlans)


def _list_problem(text: str, choices: EditorChoices) -> str | None:
    try:
        vlans = parse_vlan_list(text)
    except UsageError as error:
        return str(error)
    if len(vlans) > MAX_ALLOWED_VLANS:
        return f"{len(vlans)} VLANs are too many; {MAX_ALLOWED_VLANS} is the most."
    found = (vlan_problem(vlan, choices.management_vlans) for vlan in vlans)
    return next((problem for problem in found if problem), None)


def _plan(draft: Draft) -> str | None:
    return None if draft.plan in (None, UNTHROTTLED) else draft.plan


def _optional(text: str) -> int | None:
    return int(text) if text.strip() else None


def _text(vlan: int | None) -> str:
    return "" if vlan is None else str(vlan)
