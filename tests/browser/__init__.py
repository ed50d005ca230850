"""How pages behave in a real browser: for every eye and hand, on a thin line, in any language."""
