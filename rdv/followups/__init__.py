"""Follow-ups: what comes next for a child, who is due and has not booked, and the invitations to do so."""
