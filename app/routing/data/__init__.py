"""Tables of facts, and the scripts that make them."""
