"""Lists: public names, and exports for the addressee."""
