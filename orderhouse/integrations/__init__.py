"""Adapters to the world outside: they know the contract's messages and ports, and never a wing."""
