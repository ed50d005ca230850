"""A believable house, furnished through the front door: `flask demo`."""
