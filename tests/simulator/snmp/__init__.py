"""Tests of the virtual GAMs: the SNMP agent."""
