"""Picking: which orders walk together, along which way, and what the picker took."""
