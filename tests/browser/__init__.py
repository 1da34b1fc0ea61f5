"""What people do, done in a real browser."""
