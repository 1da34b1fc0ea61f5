"""The contract: what order management and warehouses say to each other, and how a message travels and takes effect once."""
