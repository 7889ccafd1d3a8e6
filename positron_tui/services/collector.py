"""The garbage collector of a program that runs all day."""

from __future__ import annotations

import gc


def rest_collector() -> None:
    """Take what start-up made out of the garbage collector's rounds.

    Modules and the loaded fleet stay to the end; walking them again and again while polling held
    the loop up for 50 ms and more.
    """
    gc.collect()
    gc.freeze()
