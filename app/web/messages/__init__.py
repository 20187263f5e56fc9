"""What callers left for people: voice messages, and things to do."""
