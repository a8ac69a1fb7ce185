"""An agent is absent, a place closes: what becomes of each appointment that it hits (rules §6, scenarios 16, 18)."""
