"""Whether the TLS certificate that a unit shows is trusted: by option, or by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.cli.host_keys import ANY
from positron_tui.cli.prompts import confirm
from positron_tui.domain.devices import Device
from positron_tui.domain.errors import CertificateUnknown
from positron_tui.gam.jsonrpc.tls import same_fingerprint

if TYPE_CHECKING:
    from positron_tui.cli.context import Context
    from positron_tui.services.app import Services


async def accepted_certificate(context: Context, services: Services, device: Device) -> str:
    """Return the fingerprint of the certificate that the unit shows, once it is accepted.

    Raises CertificateUnknown with the option that would accept it, DeviceUnreachable.
    """
    shown = await services.inventory.check_certificate(device)
    accepted: str | None = context.options.accept_certificate
    what = f"{device.name} shows the TLS certificate {shown}"
    if accepted == ANY or (accepted is not None and same_fingerprint(accepted, shown)):
        context.out.say(f"{what}; trusted from now on.")
        return shown
    if accepted is not None:
        raise CertificateUnknown(
            f"{what}, not the accepted {accepted}; find out which is right.", shown
        )
    if context.terminal and await confirm(context.out, f"{what}. Is that the unit's own?"):
        return shown
    raise CertificateUnknown(
        f"{what}, which is not trusted yet; compare it with the unit's own and run 'device edit "
        f"{device.name} --json-rpc https --accept-certificate {shown}'.",
        shown,
    )
