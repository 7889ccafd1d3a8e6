"""Stand-ins for billing systems: one book of accounts, a real HTTP server for each system."""
