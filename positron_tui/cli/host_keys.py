"""Whether the SSH host key that a unit shows is trusted: by option, or by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.cli.prompts import confirm
from positron_tui.domain.errors import HostKeyUnknown

if TYPE_CHECKING:
    from positron_tui.cli.context import Context
    from positron_tui.gam.ssh import HostKey

ANY = "any"


def same_fingerprint(given: str, shown: str) -> bool:
    """Compare fingerprints; the `SHA256:` in front and the `=` behind may be left out."""
    return _bare(given) == _bare(shown)


def _bare(fingerprint: str) -> str:
    return fingerprint.strip().removeprefix("SHA256:").rstrip("=")


class HostKeyTrust:
    """Decides on the key of `host`; raises HostKeyUnknown with the option that would accept it."""

    def __init__(self, context: Context, host: str, accepted: str | None) -> None:
        self._context = context
        self._host = host
        self._accepted = accepted

    async def __call__(self, key: HostKey) -> bool:
        out = self._context.out
        what = f"{self._host} shows the SSH host key {key.fingerprint} ({key.algorithm})"
        if self._accepted == ANY:
            out.say(f"{what}; trusted from now on.")
            return True
        if self._accepted is not None:
            if same_fingerprint(self._accepted, key.fingerprint):
                return True
            raise HostKeyUnknown(
                f"{what}, not the accepted {self._accepted}; find out which is right.",
                key.fingerprint,
            )
        if self._context.terminal and await confirm(out, f"{what}. Is that the unit's key?"):
            return True
        raise HostKeyUnknown(
            f"{what}, which is not trusted yet; compare it with the unit's own and run this "
            f"again with --accept-host-key {key.fingerprint}.",
            key.fingerprint,
        )
