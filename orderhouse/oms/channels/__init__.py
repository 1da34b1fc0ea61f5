"""Where orders come from, and what the carriers ask."""
