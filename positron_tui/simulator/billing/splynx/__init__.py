"""A stand-in for Splynx: its REST API 2.0 and its hooks over one book."""
