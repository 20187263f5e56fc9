"""Bound phones."""
