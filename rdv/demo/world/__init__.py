"""Val-d’Exemple, its families and twenty weeks of appointments: invented, the same at each load, anchored on today."""
