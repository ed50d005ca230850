"""Who did what, when. Rows are added, never changed; no personal data is in them."""
