"""The floor: what a scanner reads, where the flow stands, which screen comes next."""
