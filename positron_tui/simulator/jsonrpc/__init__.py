"""The JSON-RPC API of a virtual unit over HTTP."""
