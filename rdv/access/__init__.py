"""Who may see and do what (rules §10): closed by default."""
