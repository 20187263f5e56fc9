"""The emergency switch."""
