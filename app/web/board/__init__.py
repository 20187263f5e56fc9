"""Who waits and who can answer, right now."""
