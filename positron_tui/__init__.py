"""A terminal console that runs a fleet of Positron G.hn Access Multiplexers (GAMs)."""
