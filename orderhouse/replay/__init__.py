"""A year of somebody's real invoices, lived again through everything: the OMS, the contract, the floor and both books."""
