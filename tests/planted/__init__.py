"""Detectors are proven: bugs are planted one by one in a copy of the sources, and the tests must catch them."""
