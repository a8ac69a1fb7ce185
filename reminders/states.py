"""The states of a message, and from which ones each may be reached: one table, only forward (rules §7)."""

from typing import Any

from reminders.models import MessageState, OutboundMessage

# To try again is the one way back to *planned*, and only from what is known not to have left.
REACHED_FROM: dict[MessageState, frozenset[MessageState]] = {
    MessageState.PLANNED: frozenset({MessageState.CLAIMED, MessageState.UNCERTAIN}),
    MessageState.CLAIMED: frozenset({MessageState.PLANNED}),
    MessageState.SENT: frozenset({MessageState.CLAIMED, MessageState.UNCERTAIN}),
    MessageState.DELIVERED: frozenset({MessageState.CLAIMED, MessageState.UNCERTAIN, MessageState.SENT}),
    MessageState.FAILED: frozenset({MessageState.CLAIMED, MessageState.UNCERTAIN, MessageState.SENT}),
    MessageState.UNCERTAIN: frozenset({MessageState.CLAIMED}),
    MessageState.DROPPED: frozenset({MessageState.PLANNED, MessageState.CLAIMED, MessageState.UNCERTAIN}),
    MessageState.SUPERSEDED: frozenset({MessageState.PLANNED, MessageState.CLAIMED}),
}


def advance(message: OutboundMessage, state: MessageState, **values: Any) -> bool:
    """Bring one message to a state, if it may still go there; with other fields in the same statement.

    Not if it was claimed again since it was read: it is another worker's now.
    """
    allowed = OutboundMessage.objects.filter(pk=message.pk, tries=message.tries, state__in=REACHED_FROM[state])
    if not allowed.update(state=state, **values):
        return False
    message.state = state
    for name, value in values.items():
        setattr(message, name, value)
    return True
