"""What may be promised, and why exactly that much."""
