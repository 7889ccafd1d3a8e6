"""Talking to billing systems: one contract, an adapter for each."""
