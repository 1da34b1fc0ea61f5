"""The promise book: what a node reported, and what of it is free, safe, reserved, released or owed."""
