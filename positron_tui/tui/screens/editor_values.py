"""From what was typed into the subscriber editor to a request, and what cannot be used there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from positron_tui.domain.devices import Line
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import Finding, UsageError
from positron_tui.domain.models import ENDPOINT_MODELS_BY_NAME
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.domain.subscribers import Poe, Profile
from positron_tui.domain.vlans import MAX_ALLOWED_VLANS, parse_vlan_list, vlan_problem
from positron_tui.services.provisioning import EditorChoices
from positron_tui.tui.render.subscribers import plan_words
from positron_tui.tui.render.values import number
from positron_tui.tui.screens.pick import Option

UNTHROTTLED = "unthrottled"
ENDPOINT_PREFIX = "endpoint "
PORT_PREFIX = "port "
LEAVE_POE = "leave"


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of the form as they stand; texts may still be nonsense."""

    name: str
    target: str | None
    vlan: str
    plan: str | None
    tagged: bool = False
    remapped_vlan: str = ""
    port2_vlan: str = ""
    allowed_vlans: str = ""
    poe: str = LEAVE_POE
    description: str = ""


def target_options(choices: EditorChoices, mac: str | None) -> list[Option]:
    """Endpoints without a service, then the ports; `mac` is offered even when it has one."""
    options = [
        Option(
            f"{ENDPOINT_PREFIX}{one.mac}",
            one.mac,
            f"on {one.port or 'no port'}, {_state(one)}",
            one.name or one.model or "",
        )
        for one in choices.free_endpoints
    ]
    known = {one.mac for one in choices.free_endpoints}
    if mac is not None and mac not in known:
        options.insert(0, Option(f"{ENDPOINT_PREFIX}{mac}", mac, "has a service already"))
    options.extend(
        Option(
            f"{PORT_PREFIX}{port.name}", port.name, "whatever endpoint is on it", port.label or ""
        )
        for port in choices.ports
    )
    return options


def _state(endpoint: Endpoint) -> str:
    if endpoint.state is None:
        return "state unknown"
    return endpoint.state.value.replace("_", " ")


def plan_options(plans: tuple[Profile, ...]) -> list[Option]:
    """The device's plans and no limit."""
    return [
        *(
            Option(
                one.name,
                one.name,
                plan_words(one).removeprefix(f"{one.name} ").strip("()"),
                one.description or "",
            )
            for one in plans
        ),
        Option(UNTHROTTLED, UNTHROTTLED, "no limit"),
    ]


def poe_options() -> list[Option]:
    return [
        Option(LEAVE_POE, "as the endpoint has it"),
        Option(Poe.DISABLE.value, "off"),
        Option(Poe.ENABLE.value, "on"),
        Option(Poe.FORCE.value, "force", "give power also from a weak source"),
    ]


def chosen_endpoint(draft: Draft, choices: EditorChoices) -> Endpoint | None:
    """Return the endpoint that the draft names, or the only one on the port it names."""
    target = draft.target or ""
    if target.startswith(ENDPOINT_PREFIX):
        mac = target.removeprefix(ENDPOINT_PREFIX)
        return next((one for one in choices.free_endpoints if one.mac == mac), None)
    port = target.removeprefix(PORT_PREFIX)
    here = [one for one in choices.free_endpoints if one.port == port]
    return here[0] if len(here) == 1 else None


def unusable_fields(draft: Draft, choices: EditorChoices) -> Mapping[str, str]:
    """Return the fields that the chosen endpoint cannot have, with the reason."""
    endpoint = chosen_endpoint(draft, choices)
    model = ENDPOINT_MODELS_BY_NAME.get(endpoint.model or "") if endpoint else None
    reasons: dict[str, str] = {}
    if model is None:
        return reasons
    if model.ethernet_ports == 1:
        reasons["port2_vlan"] = f"A {model.name} has one Ethernet port."
    if not model.poe:
        reasons["poe"] = f"A {model.name} cannot feed power over Ethernet."
    return reasons


def problems(draft: Draft) -> dict[str, str]:
    """Return what can be said of single fields before the device is asked."""
    found: dict[str, str] = {}
    _note(found, "name", name_problem(draft.name))
    if draft.target is None:
        found["target"] = "Choose the endpoint or the port that gets the service."
    _note(found, "vlan", _vlan_text_problem(draft.vlan, needed=True))
    _note(found, "remapped_vlan", _vlan_text_problem(draft.remapped_vlan))
    _note(found, "port2_vlan", _vlan_text_problem(draft.port2_vlan))
    _note(found, "allowed_vlans", _list_problem(draft.allowed_vlans))
    _note(found, "description", description_problem(draft.description))
    return found


def _note(found: dict[str, str], field: str, problem: str | None) -> None:
    if problem:
        found[field] = problem if problem.endswith(".") else f"{problem}; choose another."


def _vlan_text_problem(text: str, *, needed: bool = False) -> str | None:
    word = text.strip()
    if not word:
        return "Give the VLAN of the service." if needed else None
    if not (word.isascii() and word.isdigit()):
        return f"'{word}' is not a number."
    return vlan_problem(int(word))


def _list_problem(text: str) -> str | None:
    try:
        vlans = parse_vlan_list(text)
    except UsageError as error:
        return str(error)
    if len(vlans) > MAX_ALLOWED_VLANS:
        return f"{len(vlans)} VLANs are too many; {MAX_ALLOWED_VLANS} is the most."
    return next((problem for vlan in vlans if (problem := vlan_problem(vlan))), None)


def to_request(draft: Draft, device: str) -> SubscriberRequest:
    """Return the request of a draft that has no problems."""
    target = draft.target or ""
    is_endpoint = target.startswith(ENDPOINT_PREFIX)
    return SubscriberRequest(
        name=draft.name,
        device=device,
        vlan=int(draft.vlan),
        endpoint_mac=target.removeprefix(ENDPOINT_PREFIX) if is_endpoint else None,
        port=None if is_endpoint else target.removeprefix(PORT_PREFIX),
        plan=None if draft.plan in (None, UNTHROTTLED) else draft.plan,
        tagged=draft.tagged,
        remapped_vlan=_optional(draft.remapped_vlan),
        port2_vlan=_optional(draft.port2_vlan),
        allowed_vlans=parse_vlan_list(draft.allowed_vlans),
        poe=None if draft.poe == LEAVE_POE else Poe(draft.poe),
        description=draft.description or None,
    )


def _optional(text: str) -> int | None:
    return int(text) if text.strip() else None


def field_of(finding: Finding) -> str:
    """Return the form's field for a finding of the rules."""
    return {"endpoint": "target", "endpoint_mac": "target", "port": "target"}.get(
        finding.field, finding.field
    )


def line_words(line: Line | None, choices: EditorChoices) -> str:
    """What the editor's top line says of the device."""
    kind = line.value if line else "unknown line"
    return f"{kind}, {number(len(choices.free_endpoints))} endpoints without a service"
