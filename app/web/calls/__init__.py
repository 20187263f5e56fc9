"""The list of calls and the story of each."""
