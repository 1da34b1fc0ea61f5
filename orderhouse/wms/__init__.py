"""The floor: what lies where, who moved it, what left the building."""
