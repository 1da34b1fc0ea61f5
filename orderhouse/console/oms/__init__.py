"""The promise wing's pages."""
