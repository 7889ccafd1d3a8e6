"""Legal configurations for property tests: small numbers and names, so that they collide often."""

from __future__ import annotations

from hypothesis import strategies as st

from positron_tui.domain.canonical import DEFAULT_PROFILE, canonical
from positron_tui.domain.devices import Line
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber

NAMES = ("Apt 1", "Apt 2", "Smith", "Jones", "100M", "a-b_c./#()")
TEXTS = st.sampled_from((None, "riser B", "2nd floor"))
PORTS = ("G.hn 1/1", "G.hn 1/2", "G.hn 1/3")
VLANS = (100, 101, 102, 103)
MACS = tuple(f"00:0e:d8:00:00:{number:02x}" for number in range(6))
NUMBERS = st.integers(1, 5)
OPTIONAL_VLAN = st.sampled_from((None, 200, 201))


def _unique(pool: tuple[str, ...], size: int) -> st.SearchStrategy[list[str]]:
    return st.permutations(pool).map(lambda found: list(found[:size]))


@st.composite
def _ports(draw: st.DrawFn, line: Line) -> tuple[PortConfig, ...]:
    numbers = draw(st.lists(st.integers(1, 4), max_size=4, unique=True))
    names = draw(_unique(NAMES, len(numbers)))
    modes = st.sampled_from((None, PortMode.SISO) if line is Line.COPPER else (None,))
    return tuple(
        PortConfig(
            number, name if draw(st.booleans()) else None, draw(modes), shutdown=draw(st.booleans())
        )
        for number, name in zip(numbers, names, strict=True)
    )


@st.composite
def _profiles(draw: st.DrawFn) -> tuple[Profile, ...]:
    numbers = draw(st.lists(st.integers(2, 5), max_size=4, unique=True))
    names = draw(_unique(NAMES, len(numbers)))
    rates = st.sampled_from((0, 10, 106, 318))
    default = draw(st.sampled_from((DEFAULT_PROFILE, Profile(1, "Default BW Profile", 20, 10))))
    return (
        default,
        *(
            Profile(number, name, draw(rates), draw(rates), draw(TEXTS))
            for number, name in zip(numbers, names, strict=True)
        ),
    )


@st.composite
def _endpoints(draw: st.DrawFn, line: Line, port_aware: bool) -> tuple[EndpointConfig, ...]:
    numbers = draw(st.lists(NUMBERS, max_size=5, unique=True))
    names = draw(_unique(NAMES, len(numbers)))
    macs = draw(_unique(MACS, len(numbers)))
    found: list[EndpointConfig] = []
    for number, name, mac in zip(numbers, names, macs, strict=True):
        free = [
            port
            for port in PORTS
            if not port_aware and (line is Line.COAX or all(one.port != port for one in found))
        ]
        place: str | None = draw(st.sampled_from((None, "auto", *free)))
        found.append(
            EndpointConfig(
                number,
                name,
                mac,
                draw(TEXTS),
                None if place == "auto" else place,
                auto_port=place == "auto",
                allow_management=draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def _subscriber(
    draw: st.DrawFn,
    number: int,
    name: str,
    binding: int | str | None,
    profiles: tuple[Profile, ...],
    plain: bool,
) -> Subscriber:
    tags = not plain and draw(st.booleans())
    return Subscriber(
        number,
        name,
        description=draw(TEXTS),
        endpoint_id=binding if isinstance(binding, int) else None,
        port=binding if isinstance(binding, str) else None,
        vlan=draw(st.sampled_from(VLANS)),
        tagged=draw(st.booleans()),
        remapped_vlan=draw(OPTIONAL_VLAN),
        port2_vlan=draw(OPTIONAL_VLAN),
        allowed_vlans=draw(st.sampled_from(((), (300,), (300, 301, 302, 310)))),
        trunk=not plain and draw(st.booleans()),
        double_tag=tags,
        outer_vlan=draw(st.sampled_from((400, 401))) if tags else None,
        uplink=None if plain else draw(st.sampled_from((None, "10G 1/1", "10G 1/2"))),
        profile_id=draw(st.sampled_from((0, *(one.profile_id for one in profiles)))),
        poe=draw(st.sampled_from((None, Poe.ENABLE, Poe.FORCE))),
    )


@st.composite
def configs(
    draw: st.DrawFn, line: Line = Line.COAX, *, port_aware: bool = False, plain: bool = False
) -> RunningConfig:
    """A legal, canonical configuration; `plain` ones need no JSON-RPC."""
    profiles = draw(_profiles())
    endpoints = draw(_endpoints(line, port_aware))
    numbers = draw(st.lists(NUMBERS, max_size=5, unique=True))
    names = draw(_unique(NAMES, len(numbers)))
    pool: tuple[int | str, ...] = PORTS if port_aware else tuple(e.endpoint_id for e in endpoints)
    free: list[int | str | None] = list(draw(st.permutations(pool)))
    free += [None] * (len(numbers) - len(free))
    return canonical(
        RunningConfig(
            hostname=draw(st.sampled_from((None, "GAM", "a b"))),
            ports=draw(_ports(line)),
            endpoints=endpoints,
            profiles=profiles,
            subscribers=tuple(
                draw(_subscriber(number, name, binding, profiles, plain))
                for number, name, binding in zip(numbers, names, free, strict=False)
            ),
            management_vlans=frozenset({4093}),
            uplink_vlans={"10G 1/1": ((3, 4092),)},
        )
    )


@st.composite
def pairs(draw: st.DrawFn, *, plain: bool = False) -> tuple[Line, RunningConfig, RunningConfig]:
    """Two configurations of one unit: same line, same subscriber model, same surroundings."""
    line = draw(st.sampled_from(Line))
    port_aware = line is Line.COPPER and not plain and draw(st.booleans())
    first = draw(configs(line, port_aware=port_aware, plain=plain))
    second = draw(configs(line, port_aware=port_aware, plain=plain))
    return line, first, _in_place_of(first, second)


def _in_place_of(first: RunningConfig, second: RunningConfig) -> RunningConfig:
    return RunningConfig(
        hostname=first.hostname,
        ports=second.ports,
        endpoints=second.endpoints,
        profiles=second.profiles,
        subscribers=second.subscribers,
        management_vlans=first.management_vlans,
        uplink_vlans=first.uplink_vlans,
    )
