"""Where things can lie: zones, bins, docks and benches, and the totes that move between them."""
