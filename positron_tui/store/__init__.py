"""The console's memory: devices, what was last read from them, and the journal. No secrets."""

from positron_tui.store.opening import Store, open_store

__all__ = ["Store", "open_store"]
