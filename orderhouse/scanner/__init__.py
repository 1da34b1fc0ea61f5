"""The scanner: what people on the floor hold in their hand. An installable page, and the doors it talks to."""
