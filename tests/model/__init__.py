"""The whole flow against a small model of it: dictionaries that say what should be on hand, promised, and where each unit stands."""
