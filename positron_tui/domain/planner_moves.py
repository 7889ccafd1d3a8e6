"""The order in which things that hold unique keys (names, MACs, endpoints, ports) change them."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

Key = Hashable


@dataclass(frozen=True, slots=True)
class Move:
    """`number` takes its new key now; `parked` = it only gives up the old one for the moment."""

    number: int
    parked: bool = False


@dataclass(slots=True)
class _Queue:
    """Who holds a key, who waits for it, and who may go now."""

    moves: Mapping[int, tuple[Key, Key]]
    holders: dict[Key, set[int]] = field(default_factory=dict)
    seekers: dict[Key, list[int]] = field(default_factory=dict)
    ready: deque[int] = field(default_factory=deque)

    def __post_init__(self) -> None:
        for number, (old, new) in self.moves.items():
            if old is not None:
                self.holders.setdefault(old, set()).add(number)
            if new is not None:
                self.seekers.setdefault(new, []).append(number)
        self.ready.extend(number for number in self.moves if self.free(number))

    def free(self, number: int) -> bool:
        new = self.moves[number][1]
        return new is None or not self.holders.get(new, set()) - {number}

    def leave(self, number: int) -> None:
        """Give up the old key and wake those who wait for it."""
        old = self.moves[number][0]
        if old is None or number not in self.holders.get(old, set()):
            return
        self.holders[old].discard(number)
        self.ready.extend(one for one in self.seekers.get(old, ()) if self.free(one))


def order_moves(moves: Mapping[int, tuple[Key, Key]]) -> Iterator[Move]:
    """Yield the moves that must be made one by one so that no key is ever taken twice.

    `moves` maps a number to its key before and after (None = no key; both differ). A key held by
    several movers is free when all of them have left. Moves that nothing waits for are left out:
    their keys are free when these are done. A ring is broken by parking one of its members.
    """
    queue = _Queue(moves)
    entangled = {
        number for number, (old, _) in moves.items() if set(queue.seekers.get(old, ())) - {number}
    }
    done: set[int] = set()
    parked: set[int] = set()
    pending = deque(moves)
    while len(done) < len(moves):
        number = _next(queue, done)
        if number is None:
            number = pending.popleft()
            if number in done or number in parked or moves[number][0] is None:
                continue
            parked.add(number)
            yield Move(number, parked=True)
            queue.leave(number)
            continue
        done.add(number)
        # One that was parked has left its key: its last move can wait for the others.
        if number in entangled and number not in parked:
            yield Move(number)
        queue.leave(number)


def _next(queue: _Queue, done: set[int]) -> int | None:
    while queue.ready:
        number = queue.ready.popleft()
        if number not in done:
            return number
    return None
