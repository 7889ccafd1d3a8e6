"""The JSON-RPC API of a GAM: for now only whether it is there."""
