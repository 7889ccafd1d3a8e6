"""What is wrong with a connection to Splynx that lets us in, in sentences with what to do."""

from __future__ import annotations

from positron_tui.billing.splynx.client import Params, SplynxClient, where
from positron_tui.billing.splynx.layout import Entity, Layout

# Path, what it is called in the permissions of an API key, and what is lost without it.
_READ = (
    ("customers/customer", "customers", "there is no sync without it"),
    ("customers/customer/0/internet-services", "internet services", "there is no sync without it"),
    ("tariffs/internet", "internet plans", "there is no sync without it"),
    ("logs/changes", "the log of changes", "then only hooks and full runs find changes"),
    ("customers/customer-notes", "customer notes", "then a note may come twice after a failure"),
)
_ONE: Params = (*where("id", ">", 0), ("limit", "1"))
_OK = 200


async def looked_at(client: SplynxClient, layout: Layout) -> tuple[str, ...]:
    """Return the problems of permissions and fields."""
    problems = []
    for path, called, lost in _READ:
        answer = await client.attempt(path, f"looking at {called}", _ONE)
        if answer.status != _OK:
            error = client.problem(answer, f"looking at {called}")
            problems.append(f"{error} ({lost[0].upper()}{lost[1:]}.)")
    for entity, called in ((layout.account, "customers"), (layout.service, "internet services")):
        problems.extend(_of_fields(client.name, entity, called))
    return tuple(problems)


def _of_fields(name: str, entity: Entity, called: str) -> tuple[str, ...]:
    problems = []
    if entity.missing():
        lacking = ", ".join(entity.missing())
        problems.append(
            f"Splynx {name} does not name these fields of {called}: {lacking}. Its version may be "
            "one that the console does not know; compare a few services before the first run."
        )
    if entity.custom is None:
        problems.append(
            f"Splynx {name} does not tell which fields were added to {called}, so none of those "
            "is used; allow its OPTIONS to the API key."
        )
    return tuple(problems)
