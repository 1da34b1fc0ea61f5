"""Sourcing: which node ships what, for a batch of orders, at least total cost and with its reasons kept."""
