"""The ledger: immutable movements between accounts, one door."""
