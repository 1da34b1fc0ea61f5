"""The rows of the table: each module adds what it measures to a :class:`bench.yard.Yard`."""
