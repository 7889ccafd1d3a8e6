"""Plans, and what the screens remember."""

from __future__ import annotations

import pytest

from positron_tui.domain.errors import NotFound
from positron_tui.domain.plans import Plan
from positron_tui.store import Store


async def test_plans(store: Store) -> None:
    await store.plans.put(Plan("gold", 500, 100))
    await store.plans.put(Plan("basic", 50, 0))
    await store.plans.put(Plan("gold", 600, 100))

    assert await store.plans.list() == (Plan("basic", 50, 0), Plan("gold", 600, 100))
    await store.plans.remove("basic")
    assert await store.plans.list() == (Plan("gold", 600, 100),)
    with pytest.raises(NotFound, match="'basic'"):
        await store.plans.remove("basic")


async def test_what_the_screens_remember(store: Store) -> None:
    value = {"sort": ["name", True], "filter": "state:ok \x1b[31m", "width": 3.5, "none": None}

    assert await store.ui.get("endpoints") is None
    await store.ui.set("endpoints", [1])
    await store.ui.set("endpoints", value)
    await store.ui.set("ports", False)

    assert await store.ui.get("endpoints") == value
    assert await store.ui.get("ports") is False
    await store.ui.set("endpoints", None)
    assert await store.ui.get("endpoints") is None
