"""The rules that a new subscriber must keep where only the command line is used.

Each broken rule is a Finding: the field, and a sentence that says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import Finding
from positron_tui.domain.provisioning import ServiceView, SubscriberRequest, target_endpoint
from positron_tui.domain.service_rules import (
    check_binding,
    check_name,
    check_room,
    check_service,
)


def validate(request: SubscriberRequest, view: ServiceView) -> tuple[Finding, ...]:
    """Return everything that is wrong with the request; nothing = it can be planned."""
    endpoint = target_endpoint(request, view)
    return (
        *check_name(request, view),
        *_check_words(request, view, endpoint),
        *check_service(request, view, endpoint),
        *check_room(view, endpoint),
    )


def _check_words(
    request: SubscriberRequest, view: ServiceView, endpoint: Endpoint | None
) -> Iterator[Finding]:
    if view.subscriber_model is SubscriberModel.PORT_AWARE:
        yield Finding(
            "port",
            f"{request.device} binds subscribers to ports (port-aware), which its command line "
            "has no words for; use its web page for this one.",
        )
    else:
        yield from check_binding(request, view, endpoint)
    for field in ("trunk", "double_tag", "outer_vlan", "uplink"):
        if getattr(request, field):
            yield Finding(
                field,
                f"The command line of {request.device} has no words for this; leave it empty.",
            )
