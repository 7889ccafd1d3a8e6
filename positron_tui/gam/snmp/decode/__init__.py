"""Pure decoders: tables of plain values to domain models; no I/O.

A value that is missing or makes no sense becomes None; a row is left out only when its key is
unreadable, so that one odd cell never hides a port, an endpoint or a subscriber.
"""
