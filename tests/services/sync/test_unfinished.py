"""What failed is tried again, and less and less often."""

from __future__ import annotations

from positron_tui.services.sync_unfinished import Unfinished


def test_each_failure_doubles_the_wait_up_to_a_limit() -> None:
    again, now, waits = Unfinished(10), 0.0, []
    for _ in range(9):
        again.ended(["a"], ["a"], now)
        wait_s = next(wait for wait in range(10_000) if again.due(now + wait))
        waits.append(wait_s)
        now += wait_s

    assert waits == [10, 20, 40, 80, 160, 320, 640, 640, 640]


def test_a_good_end_is_forgotten_at_once_and_only_for_what_was_compared() -> None:
    again = Unfinished(10)
    again.ended(["a", "b"], ["a", "b"], 0)

    again.ended(["a"], [], 5)
    assert again.due(100) == {"b"}
    again.ended([], [], 6)
    assert not again.due(100)
