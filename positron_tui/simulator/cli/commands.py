"""All commands of a unit, one grammar for each mode."""

from __future__ import annotations

from functools import cache

from positron_tui.simulator.cli import actions, config_ghn, show_ghn, show_net, show_system
from positron_tui.simulator.cli.grammar import Grammar
from positron_tui.simulator.cli.shell import CONFIG, EXEC


@cache
def grammars(recent: bool) -> dict[str, Grammar]:
    """Return the grammars by mode; `recent` firmware (1.5 and later) knows more words."""
    exec_commands = [
        *actions.EXEC_COMMANDS,
        *show_system.commands(recent),
        *show_net.COMMANDS,
        *show_ghn.COMMANDS,
    ]
    config_commands = [*actions.CONFIG_COMMANDS, *config_ghn.commands(recent)]
    built = {
        EXEC: Grammar(exec_commands, config_ghn.ATTRIBUTES),
        CONFIG: Grammar(config_commands, config_ghn.ATTRIBUTES),
    }
    for mode, commands in actions.SUB_MODES.items():
        built[mode] = Grammar(commands, config_ghn.ATTRIBUTES)
    return built
