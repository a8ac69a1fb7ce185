"""OVHcloud's words in ours: states of a report, and PTT codes.

Source: github.com/ovh/docs, pages/web_cloud/messaging/sms/tout_savoir_sur_les_utilisateurs_sms, tables of step 5
(2022-08-05, read on 2026-11-23).
"""

from typing import Final

from reminders.providers.base import DeliveryState, Problem

STATES: Final[dict[str, DeliveryState]] = {
    "0": DeliveryState.SENT,  # being created, or waiting
    "1": DeliveryState.DELIVERED,
    "2": DeliveryState.FAILED,
    "4": DeliveryState.SENT,  # waiting
    "8": DeliveryState.SENT,  # buffered by the operator
    "16": DeliveryState.FAILED,  # in error, not billed
}

PROBLEMS: Final[dict[str, Problem]] = {
    "5": Problem.UNREACHABLE,
    "8": Problem.UNREACHABLE,  # expired at the operator
    "20": Problem.REFUSED,  # not deliverable as it is written
    "21": Problem.UNREACHABLE,  # the subscriber has no credit
    "23": Problem.INVALID_NUMBER,  # wrong, blacklisted or barred for ever: not to be used again
    "24": Problem.UNREACHABLE,  # absent
    "25": Problem.UNREACHABLE,  # trouble of the network
    "26": Problem.UNREACHABLE,  # trouble of the handset
    "27": Problem.LANDLINE,  # a handset that can receive no such message
    "28": Problem.REFUSED,  # taken for spam
    "29": Problem.REFUSED,  # content not permitted
    "33": Problem.REFUSED,  # parental lock
    "73": Problem.UNREACHABLE,
    "74": Problem.UNREACHABLE,  # roaming
    "76": Problem.REFUSED,
    "202": Problem.REFUSED,
}
