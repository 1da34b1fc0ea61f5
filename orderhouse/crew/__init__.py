"""A simulated crew: workers with scanners for demos and replays. They know only what a scanner shows them."""
