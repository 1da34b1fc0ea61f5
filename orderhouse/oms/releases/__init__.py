"""Releases: what a node is told to ship, and its answers."""
