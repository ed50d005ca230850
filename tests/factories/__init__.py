"""Furnishes a house for tests, through the services, as organisers and signatories do."""
