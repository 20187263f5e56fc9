"""The company's 400 numbers."""
