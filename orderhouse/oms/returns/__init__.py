"""Returns: authorized, received, graded, refunded."""
