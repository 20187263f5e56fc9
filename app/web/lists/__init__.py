"""Lists of callers: black, white, VIP."""
