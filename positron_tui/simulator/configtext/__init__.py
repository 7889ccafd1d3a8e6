"""The configuration as text: a generator and a parser that are inverse of each other."""

from positron_tui.simulator.configtext.parse import parse_config
from positron_tui.simulator.configtext.render import config_blocks, render_config

__all__ = ["config_blocks", "parse_config", "render_config"]
