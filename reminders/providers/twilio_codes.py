"""Twilio's words in ours: error codes and message states.

Sources: https://www.twilio.com/docs/api/errors and
https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
"""

from typing import Final

from reminders.providers.base import DeliveryState, Problem

PERMANENT: Final[dict[int, Problem]] = {
    21211: Problem.INVALID_NUMBER,  # "To" is not a valid number
    21214: Problem.INVALID_NUMBER,  # "To" cannot be reached
    21217: Problem.INVALID_NUMBER,
    21219: Problem.INVALID_NUMBER,
    21265: Problem.INVALID_NUMBER,  # "To" is a short code
    21401: Problem.INVALID_NUMBER,
    21407: Problem.LANDLINE,
    21408: Problem.REFUSED,  # no permission for that country
    21421: Problem.INVALID_NUMBER,
    21602: Problem.REFUSED,  # empty text
    21604: Problem.INVALID_NUMBER,
    21605: Problem.REFUSED,  # text too long
    21610: Problem.OPTED_OUT,
    21612: Problem.UNREACHABLE,  # no route from this sender to that number
    21614: Problem.LANDLINE,  # not a mobile number
    21617: Problem.REFUSED,  # more than 1,600 characters
    30003: Problem.UNREACHABLE,  # handset off or out of reach, until the operator gave up
    30004: Problem.OPTED_OUT,  # blocked by the recipient or its operator
    30005: Problem.INVALID_NUMBER,  # number does not exist any more
    30006: Problem.LANDLINE,  # landline or unreachable operator
    30007: Problem.REFUSED,  # filtered as spam
}
NO_CREDIT: Final = frozenset({10001, 30002})  # suspended: first of all for lack of funds
ACCOUNT: Final = frozenset({20003, 20005, 20006, 20008, 21603, 21606, 21659, 21660, 21701, 21703})

STATES: Final[dict[str, DeliveryState]] = {
    "accepted": DeliveryState.SENT,
    "scheduled": DeliveryState.SENT,
    "queued": DeliveryState.SENT,
    "sending": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
