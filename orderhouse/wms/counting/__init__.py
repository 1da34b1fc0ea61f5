"""Counting bins blind, and mending what the book had wrong."""
