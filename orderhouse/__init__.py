"""Orderhouse: order management and warehouse management as one connected fulfillment platform."""

__version__ = "0.1.0"
