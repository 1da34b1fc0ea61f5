"""Which stock of which bin serves which line."""
