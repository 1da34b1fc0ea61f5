"""A demonstration business: made once, then alive. Nothing in it is special-cased; it walks through the verbs everybody uses."""
