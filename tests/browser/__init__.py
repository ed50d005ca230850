"""How the pages behave in a real browser: for every eye and hand, on thin lines, in any language."""
