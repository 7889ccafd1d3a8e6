"""Use cases: inventory, monitor, provisioning, doctor. No screen, no printing."""
