"""From the dock into bins, and from totes and parcels back into them."""
