"""How a letter reaches its receiver: a call in this process, or HTTP to another."""
