"""The promise wing: what was promised to whom, from where, by when."""
