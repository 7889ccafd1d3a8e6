"""How long to wait for each try of a request, by how quickly the agent has answered so far."""

from __future__ import annotations

from collections.abc import Iterator

_LEAST_S = 0.25
_TIMES_USUAL = 4.0
_WEIGHT = 0.2


class Patience:
    """The waiting times of one agent.

    While nothing is known of it, each try waits the whole time-out. Once it has answered, a lost
    packet is asked for again soon, and then ever later, within the same time in all: a lossy
    link costs a quarter of a second a packet, and a slow agent still gets its full time-out.
    """

    def __init__(self, timeout_s: float, tries: int) -> None:
        self._timeout_s = timeout_s
        self._tries = tries
        self._usual_s: float | None = None

    def waits(self) -> Iterator[float]:
        """Yield the seconds to wait for the first try, the second, and so on."""
        if self._usual_s is None:
            yield from [self._timeout_s] * self._tries
            return
        left_s = self._timeout_s * self._tries
        wait_s = min(_LEAST_S + _TIMES_USUAL * self._usual_s, self._timeout_s)
        while left_s > 0:
            yield min(wait_s, left_s)
            left_s -= wait_s
            wait_s = min(wait_s * 2, self._timeout_s)

    def answered(self, took_s: float) -> None:
        """Note how long an answer took."""
        if self._usual_s is None:
            self._usual_s = took_s
        else:
            self._usual_s += _WEIGHT * (took_s - self._usual_s)
