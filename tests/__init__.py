"""Every test of the house. A folder is a room; `journeys` go through many."""
