"""Faults of a stand-in, switched on by name on the command line and from tests, while it runs."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from positron_tui.domain.errors import UsageError

# What may happen to a request; each takes a share of them (0.2), a number of them (3x), or all.
REQUEST_FAULTS = (
    "error-401",
    "error-403",
    "error-429",
    "error-500",
    "error-503",
    "garbage",
    "html",
    "half-page",
    "cut-body",
    "hang",
    "drop-before-write",
    "drop-after-write",
)
# What may happen to a hook.
HOOK_FAULTS = ("hooks-lose", "hooks-duplicate", "hooks-reorder", "hooks-delay")
SECONDS = ("slow", "retry-after", "hooks-delay-s")
FAULT_NAMES = (*REQUEST_FAULTS, *SECONDS, *HOOK_FAULTS)


@dataclass(slots=True)
class _Chance:
    """`left` counts down where a number was given; else `ratio` is the share that is struck."""

    ratio: float = 0.0
    left: int | None = None


class BillingFaults:
    """What is wrong with a stand-in right now; the random part is repeatable from the seed.

    slow_s: delay of every answer. retry_after_s: what a 429 tells, None = nothing. hooks_delay_s:
    how late a delayed hook is. half-page: a list loses its second half. cut-body: the connection
    breaks within an answer. drop-before-write and drop-after-write: a writing request gets no
    answer, and was not done or was done. `struck` counts what happened.
    """

    def __init__(self, seed: int = 0) -> None:
        self.slow_s = 0.0
        self.retry_after_s: float | None = 1.0
        self.hooks_delay_s = 0.5
        self.struck: Counter[str] = Counter()
        self.rng = random.Random(f"faults {seed}")
        self._chances: dict[str, _Chance] = {}

    def set(self, text: str) -> None:
        """Switch on one fault: `error-500`, `error-500=0.2`, `error-500=3x`, `slow=0.5`.

        `NAME=off` switches it off. Raises UsageError for what is unknown or out of range.
        """
        name, _, value = text.partition("=")
        if name in SECONDS:
            self._set_seconds(name, value)
        elif name in REQUEST_FAULTS or name in HOOK_FAULTS:
            self._chances[name] = _chance(name, value)
        else:
            raise UsageError(f"'{name}' is not a fault; known are: {', '.join(FAULT_NAMES)}.")

    def clear(self) -> None:
        """Switch everything off."""
        self._chances.clear()
        self.slow_s = 0.0

    def strikes(self, name: str) -> bool:
        """Decide whether this fault happens now, and count it."""
        chance = self._chances.get(name)
        if chance is None or not self._decide(chance):
            return False
        self.struck[name] += 1
        return True

    def _decide(self, chance: _Chance) -> bool:
        if chance.left is not None:
            chance.left = max(chance.left, 0) - 1
            return chance.left >= 0
        return chance.ratio >= 1 or self.rng.random() < chance.ratio

    def _set_seconds(self, name: str, value: str) -> None:
        seconds = 0.0 if value == "off" else _number(name, value)
        if name == "slow":
            self.slow_s = seconds
        elif name == "retry-after":
            self.retry_after_s = None if value == "off" else seconds
        else:
            self.hooks_delay_s = seconds


def _chance(name: str, value: str) -> _Chance:
    if value in ("", "on", "true"):
        return _Chance(1.0)
    if value in ("off", "false"):
        return _Chance()
    if value.endswith("x") and value[:-1].isascii() and value[:-1].isdigit():
        return _Chance(left=int(value[:-1]))
    ratio = _number(name, value)
    if ratio > 1:
        raise UsageError(f"Fault {name}={value} is out of range; give 0 to 1, or a number as 3x.")
    return _Chance(ratio)


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise UsageError(f"Fault {name} needs a number, as in {name}=1; got '{value}'.") from None
    if not 0 <= number < float("inf"):
        raise UsageError(f"Fault {name}={value} is out of range.")
    return number
