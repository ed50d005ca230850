"""Keepers of the house's rules. Each is broken once on purpose, to see it bite."""
