"""Foundation: settings, the database session and its one transaction, keys, time, tokens, errors.

Knows nothing of appeals. Everything above may import it; it imports nothing of the house.
"""
