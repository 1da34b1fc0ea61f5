"""The fault rig: a whole house under load, hurt in every way we know, and an oracle that says whether anything was lost."""
