"""`device discover`: asks a range of addresses who they are."""

from __future__ import annotations

from positron_tui.cli.context import Context
from positron_tui.cli.prompts import ask_secret
from positron_tui.cli.secrets_input import communities_from_stdin, secrets_from_stdin
from positron_tui.cli.shapes import found_shape
from positron_tui.cli.table import Column
from positron_tui.domain.errors import UsageError
from positron_tui.services.discovery import Found

_COLUMNS = (
    Column("HOST", 0, least=9),
    Column("MODEL", 0, least=10),
    Column("SERIAL", 2, least=8),
    Column("FIRMWARE", 3, least=5),
    Column("SYSTEM NAME", 1, least=10),
    Column("KNOWN AS", 0, least=8),
)


async def discover(context: Context) -> int:
    """Print what answers by SNMP in a range, and what of it is in the fleet."""
    options, out = context.options, context.out
    communities = _communities(context)
    found: list[Found] = []
    async with context.services() as services:
        scan = services.inventory.discover(
            options.cidr,
            communities,
            snmp_port=options.snmp_port,
            on_progress=lambda done, total: out.progress(
                f"Asked {done} of {total} addresses, {len(found)} answered ..."
            ),
        )
        async for one in scan:
            found.append(one)
    out.clear_progress()
    if out.as_json:
        out.json([found_shape(one) for one in found])
    else:
        out.table(_COLUMNS, [_row(one) for one in found])
    if not found:
        out.say(f"Nothing in {options.cidr} answered by SNMP on port {options.snmp_port}.")
    return 0


def _communities(context: Context) -> tuple[str, ...]:
    options = context.options
    if options.community_stdin:
        return communities_from_stdin()
    if options.secrets_stdin:
        community = secrets_from_stdin().snmp_community
    elif context.terminal:
        community = ask_secret(context.out, "SNMP read community")
    else:
        raise UsageError(
            "Nobody can be asked for the community here; pass it on stdin with --community-stdin."
        )
    if not community:
        raise UsageError("The scan needs an SNMP community.")
    return (community,)


def _row(found: Found) -> tuple[object, ...]:
    identity = found.identity
    return (
        found.host,
        identity.model if found.is_gam else "no GAM",
        identity.serial,
        identity.firmware.active,
        identity.sys_name,
        found.known_as,
    )
