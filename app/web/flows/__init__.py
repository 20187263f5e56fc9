"""Flows: their list, the menu editor, publishing, files."""
