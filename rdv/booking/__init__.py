"""Booking: one verb per module; see `locks` for the order of locks and `events` for the one seam."""
