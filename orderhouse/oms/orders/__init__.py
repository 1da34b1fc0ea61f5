"""Orders: captured once, held, cancelled; their state derived from their lines and holds."""
