"""Talking to a GAM: one package for each transport."""
