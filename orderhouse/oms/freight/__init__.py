"""Freight: what carriers ask, and when they and the nodes work."""
