"""A freed slot goes to a family that waits for it (rules §9)."""
