"""Labels, manifests, and what leaves the building."""
