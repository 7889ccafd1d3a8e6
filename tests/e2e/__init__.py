"""Tests of the whole product: real processes, real sockets, a simulated fleet."""
