"""What comes in: announced receipts, blind ones, and returns."""
