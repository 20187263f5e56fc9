"""How the day is going."""
