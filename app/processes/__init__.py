"""The processes of one installation, and the small parent that starts, watches and stops them."""
