"""The marks that callers gave."""
