"""Tests of the virtual GAMs."""
