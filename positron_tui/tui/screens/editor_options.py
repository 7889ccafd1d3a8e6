"""What the fields of the subscriber editor offer. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Poe, Profile
from positron_tui.services.plans import PlanRow, Presence
from positron_tui.services.provisioning import EditorChoices
from positron_tui.tui.glyphs import UNICODE
from positron_tui.tui.render.subscribers import plan_words
from positron_tui.tui.render.words import endpoint_word
from positron_tui.tui.screens.pick import Option

UNTHROTTLED = "unthrottled"
ENDPOINT_PREFIX = "endpoint "
PORT_PREFIX = "port "
LEAVE_POE = "leave"
ANY_UPLINK = ""


def target_options(
    choices: EditorChoices, mac: str | None, holder: str | None = None
) -> list[Option]:
    """Endpoints without a service, then the ports; `mac` is offered even when `holder` has it.

    Where services are bound to ports there are only the ports that have none.
    """
    if choices.subscriber_model is SubscriberModel.PORT_AWARE:
        taken = {one.port for one in choices.subscribers}
        return [
            Option(f"{PORT_PREFIX}{port.name}", port.name, "the port itself", port.label or "")
            for port in choices.ports
            if port.name not in taken
        ]
    options = [
        Option(
            f"{ENDPOINT_PREFIX}{one.mac}",
            one.mac,
            f"on {one.port or 'no port'}, {state_words(one)}",
            one.name or one.model or "",
        )
        for one in choices.free_endpoints
    ]
    known = {one.mac for one in choices.free_endpoints}
    if mac is not None and mac not in known:
        served = f"carries {holder}" if holder else "has a service already"
        options.insert(0, Option(f"{ENDPOINT_PREFIX}{mac}", mac, served))
    seen = Counter(one.detected_port for one in choices.free_endpoints)
    options.extend(
        Option(
            f"{PORT_PREFIX}{port.name}", port.name, port_words(seen[port.name]), port.label or ""
        )
        for port in choices.ports
    )
    return options


def first_target(choices: EditorChoices, mac: str | None, port: str | None) -> str | None:
    """Return the option for what the cursor was on when the editor was opened."""
    options = {one.key for one in target_options(choices, mac)}
    by_port = choices.subscriber_model is SubscriberModel.PORT_AWARE
    if mac is not None and by_port:
        seen = next((one for one in choices.free_endpoints if one.mac == mac), None)
        port = seen.port if seen else port
    elif mac is not None:
        return f"{ENDPOINT_PREFIX}{mac}"
    if port is None:
        return None
    here = [one for one in choices.free_endpoints if one.port == port]
    if len(here) == 1 and not by_port:
        return f"{ENDPOINT_PREFIX}{here[0].mac}"
    key = f"{PORT_PREFIX}{port}"
    return key if key in options else None


def state_words(endpoint: Endpoint) -> str:
    """The state of an endpoint, in the words of the lists."""
    if endpoint.state is None:
        return "state unknown"
    word = endpoint_word(endpoint.state, UNICODE)
    return word.brief or word.word


def port_words(free: int) -> str:
    """What a service on a port is put on, by how many endpoints without one are seen there."""
    if free == 1:
        return "the endpoint on it"
    return f"{free} endpoints without a service on it" if free else "no free endpoint seen on it"


def plan_options(
    profiles: Sequence[Profile],
    catalogue: Sequence[PlanRow] = (),
    device: str = "",
    held: str | None = None,
) -> list[Option]:
    """No limit, the catalogue's plans, then the device's own profiles, the built-in one last.

    `held` is the plan of the service as it runs; it can be kept whatever it is.
    """
    sold = [Option(row.plan.name, row.plan.name, *_sold(row, device)) for row in catalogue]
    known = {UNTHROTTLED, *(one.key for one in sold)}
    own = sorted(
        (one for one in profiles if one.name not in known),
        key=lambda one: one.profile_id == DEFAULT_PROFILE_ID,
    )
    options = [
        Option(UNTHROTTLED, UNTHROTTLED, "no limit"),
        *sold,
        *(Option(one.name, one.name, rates(one), one.description or "") for one in own),
    ]
    if held is not None and held not in {one.key for one in options}:
        options.append(Option(held, held, "as it is now"))
    return options


def rates(profile: Profile) -> str:
    """`100/20 Mbit/s`."""
    return plan_words(profile).removeprefix(f"{profile.name} ").strip("()")


def first_plan(options: Sequence[Option], used_last: str) -> str:
    """Return the plan a new service starts with: the one used last, else no limit."""
    return used_last if used_last in {one.key for one in options} else UNTHROTTLED


def _sold(row: PlanRow, device: str) -> tuple[str, str]:
    plan = row.plan
    sold = f"{plan.down_mbps or 'no limit'}/{plan.up_mbps or 'no limit'} Mbit/s"
    here = next((one for one in row.devices if one.device == device), None)
    words = {
        Presence.ABSENT: "will be put on the unit",
        Presence.DIFFERS: "differs on the unit",
        Presence.UNLIMITED: "above the line: no limit",
    }
    return sold, words.get(here.presence, "") if here else ""


def poe_options(*, leave: bool = True) -> list[Option]:
    """How an endpoint feeds power; `leave` offers not to say."""
    return [
        *([Option(LEAVE_POE, "as the endpoint has it")] if leave else []),
        Option(Poe.DISABLE.value, "off"),
        Option(Poe.ENABLE.value, "on"),
        Option(Poe.FORCE.value, "force", "give power also from a weak source"),
    ]


def uplink_options(uplinks: Sequence[str], held: str | None = None) -> list[Option]:
    """The unit's default, then each uplink; one that the service has is offered in any case."""
    names = dict.fromkeys((*uplinks, *([held] if held else [])))
    return [Option(ANY_UPLINK, "the unit's default"), *(Option(name, name) for name in names)]
