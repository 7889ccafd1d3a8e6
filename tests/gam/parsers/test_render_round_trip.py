"""What the domain renders is what the parser of running configurations reads."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from positron_tui.domain.canonical import canonical
from positron_tui.domain.devices import Line
from positron_tui.domain.render import render
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.gam.parsers.running_config import parse_running_config
from tests.domain.configs import configs

PROPERTY = settings(max_examples=150, deadline=None, derandomize=True)


@PROPERTY
@given(st.sampled_from(Line), st.booleans(), st.data())
def test_rendered_and_parsed_is_the_same(line: Line, port_aware: bool, data: st.DataObject) -> None:
    config = data.draw(configs(line, port_aware=port_aware))
    assert canonical(parse_running_config(render(config))) == config


def test_words_that_are_not_understood_and_lines_that_cannot_be_read_survive() -> None:
    config = RunningConfig(
        hostname="gam 7",
        endpoints=(EndpointConfig(3, "A", "00:0e:d8:00:00:01", unknown_words=("shape", '"a b"')),),
        subscribers=(Subscriber(1, "S", endpoint_id=3, vlan=100, unknown_words=("qos", "3")),),
        uplink_vlans={"10G 1/1": (), "10G 1/2": ((3, 20), (100, 100))},
        unreadable_lines=("ghn subscriber two",),
    )
    found = canonical(parse_running_config(render(config)))
    assert found == canonical(config)
    assert found.subscribers[0].trunk is None  # one of the strange words may be the one for it


def test_a_port_that_an_endpoint_found_by_itself_is_not_a_setting() -> None:
    bound = EndpointConfig(1, "A", "00:0e:d8:00:00:01", port="G.hn 1/3", auto_port=True)
    config = RunningConfig(endpoints=(bound,))
    found = parse_running_config(render(config)).endpoints
    assert found == (replace(bound, port=None),)
