"""Who may see what: every operation, every role, and the neighbor's rows."""
