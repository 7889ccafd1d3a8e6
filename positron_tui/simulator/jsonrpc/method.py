"""What a method of the API is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

Params = list[object]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: `params` are type names, of which the last `optional` may be left out."""

    name: str
    run: Callable[[SimDevice, Params], object]
    privilege: str
    params: tuple[str, ...] = ()
    result: str = ""
    optional: int = 0

    def accepts(self, count: int) -> bool:
        return len(self.params) - self.optional <= count <= len(self.params)
