"""Answers needed now, from outside: Protocols that adapters fill."""
