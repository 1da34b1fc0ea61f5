"""One box that finds anything by any code, and does anything by name."""
