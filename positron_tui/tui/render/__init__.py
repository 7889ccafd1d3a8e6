"""Pure functions from what the services know to lines and cells of text."""
