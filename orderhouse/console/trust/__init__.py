"""Pages that make trust visible, whichever wings stand here: the books and their proof, letters and their connections."""
