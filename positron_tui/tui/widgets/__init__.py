"""Widgets that paint line by line and repaint only what changed."""
