"""Shipments: what left, in which parcels, told to the channel."""
