"""Hunt groups."""
