"""What callers hear."""
