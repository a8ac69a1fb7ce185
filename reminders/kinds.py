"""The table of what is said, to whom, by which way, and until when it serves (rules §6).

A kind without a row, a row without its texts, or a text without its golden copy fails a test.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum

from reminders.models import Conversation, MessageChannel, TaskKind

SMS, EMAIL, CALL = MessageChannel.SMS, MessageChannel.EMAIL, MessageChannel.CALL


class Kind(StrEnum):
    """What a message says; the name of its templates."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED_BY_FAMILY = "cancelled_by_family"
    CANCELLED_BY_SERVICE = "cancelled_by_service"
    PARTICIPATION_CANCELLED = "participation_cancelled"
    REMINDER = "reminder"
    OFFER = "offer"
    OFFER_TAKEN = "offer_taken"
    WAITING = "waiting"
    STILL_WAITING = "still_waiting"
    NO_SHOW = "no_show"
    INVITATION = "invitation"
    DATES_PROPOSED = "dates_proposed"
    MAINTAINED = "maintained"
    RECEIPT = "receipt"
    QUESTION = "question"
    REPLY_BY_AGENT = "reply_by_agent"
    ACCESS_CODE = "access_code"
    TRIAL = "trial"
    AGENT_BOOKED = "agent_booked"
    AGENT_MOVED = "agent_moved"
    AGENT_CANCELLED = "agent_cancelled"
    AGENT_ABSENT = "agent_absent"


class Audience(StrEnum):
    FAMILY = "family"
    AGENT = "agent"
    WRITER = "writer"  # whoever wrote to us, known or not


class Usefulness(IntEnum):
    """The order in which messages leave when many are due: the lower, the sooner."""

    ANSWER = 10
    OFFER = 20
    CHANGE = 30
    BOOKING = 40
    REMINDER = 50
    NOTICE = 60


class Until(StrEnum):
    """What makes a message useless."""

    START = "start"  # the appointment is about to begin, less `margin`
    DEADLINE = "deadline"  # the offer is over
    LIFETIME = "lifetime"  # `lifetime` after it was due


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table.

    `channels` are the ways tried, each for itself; a reminder's come from the plan instead. `call` is the task made
    when nobody can be written to; `repeat` says that an uncertain message is sent again rather than told by phone.
    """

    audience: Audience
    channels: tuple[MessageChannel, ...]
    usefulness: Usefulness
    until: Until = Until.START
    margin: timedelta = timedelta(0)
    lifetime: timedelta = timedelta(days=1)
    at_any_hour: bool = False
    call: TaskKind | None = None
    asks: Conversation.Question | None = None
    invitation: bool = False
    repeat: bool = True


def _change(*, call: TaskKind | None = None) -> Rule:
    return Rule(
        audience=Audience.FAMILY, channels=(SMS, EMAIL), usefulness=Usefulness.CHANGE, call=call, invitation=True
    )


def _agent() -> Rule:
    return Rule(audience=Audience.AGENT, channels=(EMAIL,), usefulness=Usefulness.NOTICE)


def _answer(lifetime: timedelta) -> Rule:
    return Rule(
        audience=Audience.WRITER,
        channels=(SMS,),
        usefulness=Usefulness.ANSWER,
        until=Until.LIFETIME,
        lifetime=lifetime,
        at_any_hour=True,
    )


TABLE: dict[Kind, Rule] = {
    Kind.BOOKED: Rule(audience=Audience.FAMILY, channels=(SMS, EMAIL), usefulness=Usefulness.BOOKING, invitation=True),
    Kind.MOVED: _change(call=TaskKind.CALL_CHANGE),
    Kind.CANCELLED_BY_FAMILY: _change(),
    Kind.CANCELLED_BY_SERVICE: _change(call=TaskKind.CALL_CHANGE),
    Kind.PARTICIPATION_CANCELLED: _change(call=TaskKind.CALL_CHANGE),
    Kind.REMINDER: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.REMINDER,
        margin=timedelta(hours=1),
        call=TaskKind.CALL_REMINDER,
        asks=Conversation.Question.COMING,
        repeat=False,
    ),
    Kind.OFFER: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.OFFER,
        until=Until.DEADLINE,
        call=TaskKind.CALL_OFFER,
        asks=Conversation.Question.OFFER,
    ),
    Kind.OFFER_TAKEN: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.OFFER,
        until=Until.LIFETIME,
        lifetime=timedelta(hours=24),
        call=TaskKind.CALL_TAKEN,
    ),
    Kind.WAITING: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.BOOKING,
        until=Until.LIFETIME,
    ),
    Kind.STILL_WAITING: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.NOTICE,
        until=Until.LIFETIME,
        lifetime=timedelta(days=7),
        call=TaskKind.CALL_WAITING,
        asks=Conversation.Question.WAITING,
    ),
    Kind.DATES_PROPOSED: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.CHANGE,
        call=TaskKind.CALL_CHANGE,
        asks=Conversation.Question.MOVE,
    ),
    Kind.MAINTAINED: _change(call=TaskKind.CALL_CHANGE),
    Kind.NO_SHOW: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.NOTICE,
        until=Until.LIFETIME,
        lifetime=timedelta(days=2),
    ),
    Kind.INVITATION: Rule(
        audience=Audience.FAMILY,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.NOTICE,
        until=Until.LIFETIME,
        lifetime=timedelta(days=3),
        call=TaskKind.CALL_INVITATION,
        asks=Conversation.Question.INVITATION,
    ),
    Kind.RECEIPT: _answer(timedelta(hours=2)),
    Kind.QUESTION: _answer(timedelta(hours=2)),
    # Inside the hours of messages, like all that a family did not ask for the minute before. Undelivered, it comes back
    # to its author (see `reminders.fallback`).
    Kind.REPLY_BY_AGENT: Rule(
        audience=Audience.WRITER,
        channels=(SMS,),
        usefulness=Usefulness.ANSWER,
        until=Until.LIFETIME,
        asks=Conversation.Question.AGENT,
        repeat=False,
    ),
    Kind.ACCESS_CODE: Rule(
        audience=Audience.WRITER,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.ANSWER,
        until=Until.LIFETIME,
        lifetime=timedelta(minutes=10),
        at_any_hour=True,
    ),
    Kind.TRIAL: Rule(
        audience=Audience.WRITER,
        channels=(SMS, EMAIL),
        usefulness=Usefulness.ANSWER,
        until=Until.LIFETIME,
        lifetime=timedelta(hours=1),
        at_any_hour=True,
    ),
    Kind.AGENT_BOOKED: _agent(),
    Kind.AGENT_MOVED: _agent(),
    Kind.AGENT_CANCELLED: _agent(),
    Kind.AGENT_ABSENT: _agent(),
}

# How long before the meeting a change must be known, else somebody calls rather than trust a late SMS.
MUST_KNOW = timedelta(minutes=15)
# A no-show marked by mistake is often mended within the hour.
NO_SHOW_DELAY = timedelta(hours=2)
