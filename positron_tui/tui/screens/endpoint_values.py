"""What was typed into the form of an endpoint. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from positron_tui.domain.edits import KEEP
from positron_tui.domain.edits_endpoints import AddEndpoint, EditEndpoint
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.names import description_problem, name_problem
from positron_tui.domain.ports import Port, PortKind
from positron_tui.tui.screens.pick import Option

WHERE_SEEN = "where it is seen"
AS_IS = "as it is"
AUTO = "auto"
NOWHERE = "none"
YES = "yes"
NO = "no"


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """The fields of the form as they stand; `port` and `management` are keys of options."""

    mac: str = ""
    name: str = ""
    port: str = AS_IS
    description: str = ""
    management: str = AS_IS


def draft_of(endpoint: Endpoint) -> EndpointDraft:
    """Return the form of a configured endpoint; where it is bound is only said when it changes."""
    return EndpointDraft(
        mac=endpoint.mac, name=endpoint.name or "", description=endpoint.description or ""
    )


def port_to_bind(held: Endpoint | None) -> str | None:
    """Return the port that an endpoint on the wrong one is offered to be bound to."""
    if held is None or held.state is not EndpointState.QUARANTINED_WRONG_PORT:
        return None
    return held.detected_port


def rebinding(held: Endpoint) -> str:
    """Say from where to where an endpoint is bound."""
    return f"It is plugged in here and bound to {held.configured_port or 'no port'} so far."


def without_port(draft: EndpointDraft) -> EndpointDraft:
    """Return the draft where endpoints belong to no port."""
    return replace(draft, port=AS_IS)


def port_options(ports: Sequence[Port], held: Endpoint | None) -> list[Option]:
    """Where an endpoint can be bound; `held` is the one that is edited."""
    if held is None:
        first = Option(WHERE_SEEN, "the port it is seen on")
    else:
        now = "automatic" if held.auto_port else held.configured_port or "no port"
        first = Option(AS_IS, now, "as it is now")
    return [
        first,
        *(Option(one.name, one.name, "", one.label or "") for one in ports if _is_ghn(one)),
        Option(AUTO, "automatic", "the first port where the unit sees it"),
        *([Option(NOWHERE, "no port", "its service stops")] if held else []),
    ]


def management_options(*, new: bool) -> list[Option]:
    """Whether the unit may be managed from behind the endpoint; a reading does not tell."""
    return [
        *([] if new else [Option(AS_IS, "as it is")]),
        Option(NO, "not allowed"),
        Option(YES, "allowed", "the unit can be managed from behind it"),
    ]


def problems(
    draft: EndpointDraft, known: Iterable[Endpoint], held: Endpoint | None
) -> dict[str, str]:
    """Return what can be said of single fields before the device is asked."""
    found: dict[str, str] = {}
    others = [one for one in known if held is None or one.mac != held.mac]
    if held is None:
        try:
            mac = parse_mac(draft.mac)
        except UsageError as error:
            found["mac"] = str(error)
        else:
            if any(one.mac == mac and one.configured for one in others):
                found["mac"] = f"{mac} is configured already; edit that one."
    name = name_problem(draft.name)
    if name is None and any(one.configured and one.name == draft.name for one in others):
        name = f"There is an endpoint named {draft.name} already; choose another name."
    if name is not None and (held is None or draft.name != held.name):
        found["name"] = name
    description = description_problem(draft.description)
    if description:
        found["description"] = description
    return found


def to_new(draft: EndpointDraft) -> AddEndpoint:
    """Return the edit for a new endpoint; the draft has no problems."""
    bound = draft.port not in (WHERE_SEEN, AS_IS, AUTO)
    return AddEndpoint(
        parse_mac(draft.mac),
        draft.name,
        port=draft.port if bound else None,
        auto_port=draft.port == AUTO,
        description=draft.description or None,
        allow_management=draft.management == YES,
    )


def to_edit(draft: EndpointDraft, held: EndpointDraft) -> EditEndpoint:
    """Return the edit of texts and management access; where it is bound is `binding`."""
    return EditEndpoint(
        held.mac,
        name=draft.name if draft.name != held.name else KEEP,
        description=(draft.description or None) if draft.description != held.description else KEEP,
        allow_management=draft.management == YES if draft.management != AS_IS else KEEP,
    )


def binding(draft: EndpointDraft) -> tuple[str | None, bool, bool]:
    """Return (port, automatic, none) of a draft; all of them empty leave it where it is."""
    bound = draft.port not in (AS_IS, AUTO, NOWHERE)
    return (draft.port if bound else None), draft.port == AUTO, draft.port == NOWHERE


def _is_ghn(port: Port) -> bool:
    return port.kind is PortKind.GHN
