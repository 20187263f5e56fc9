"""How the installation is: one place that knows, and that works without the part that is broken."""
