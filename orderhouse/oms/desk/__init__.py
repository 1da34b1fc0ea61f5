"""What an order desk does in one go: verbs of several rooms in one unit of work."""
