"""Virtual GAMs: SNMP agent, SSH command line and JSON-RPC API over one state.

Part of the product: it is the demo, the training mode and the test bench.
"""
