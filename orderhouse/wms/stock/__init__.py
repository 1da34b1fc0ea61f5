"""What lies where, and what the node tells of it."""
