"""Doors to other systems and libraries, each behind a small function of ours."""
