"""What families write back: stored, understood, honoured."""

from datetime import datetime


def process_pending(now: datetime) -> int:
    """Handle every reply that is stored and not handled yet; gives how many were. May run twice or at any time."""
    from reminders.inbound.pending import process_pending as process

    return process(now=now)
