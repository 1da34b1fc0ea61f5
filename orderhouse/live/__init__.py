"""What makes pages live: one watcher of the database, many browsers told by server-sent events which topics to look at again.

Hints name topics and never carry data: a page fetches what changed through its own policies. ``docs/decisions/0008`` says why
the watcher polls, and why nothing is missed.
"""
