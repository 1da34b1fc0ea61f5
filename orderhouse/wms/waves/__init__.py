"""Which orders are picked together, and in which walks."""
