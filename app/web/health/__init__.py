"""How the installation is, for people and for monitors."""
