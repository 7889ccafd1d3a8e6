"""How a stand-in for Sonar behaves where it is not known how Sonar does, or where it is odd."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Quirks:
    """May be changed while the stand-in runs.

    total_pages_drift is added to every total_pages. partial_data: one account of a list cannot be
    told, and an error stands beside the rest. requests_per_minute is the limit of the user, and
    limit_status the HTTP status of its refusal. too_slow_above: whole accounts never come in time
    when more of them are asked for at once. new_id_on_plan_change: the account service goes
    and another one comes, as Sonar has no change of the service that was sold; equipment loses
    its link.
    """

    total_pages_drift: int = 0
    partial_data: bool = False
    requests_per_minute: int = 400
    limit_status: int = 200
    too_slow_above: int | None = None
    new_id_on_plan_change: bool = False
