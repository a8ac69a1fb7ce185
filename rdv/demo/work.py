"""Time that passes in a click: step by step, what falls due is done by the functions that the workers call."""

from datetime import datetime, timedelta

from rdv import clock
from rdv.booking.upkeep import roll
from rdv.demo import time
from rdv.disruption import carrying_out
from rdv.statistics.counting import count
from rdv.waitinglist import again, rounds
from reminders import run
from reminders.closing import close_stale
from reminders.models import MessageState, OutboundMessage

# Time passes in steps, from one message to the next: none leaves hours late, or at night.
LONGEST_STEP, SHORTEST_STEP = timedelta(hours=3), timedelta(minutes=5)
FURTHEST = timedelta(days=60)


def run_due(*, now: datetime) -> None:
    """Send what is due, move the rounds of offers on, and send what that gives."""
    carrying_out.work(now=now)
    again.look_again(now=now)
    rounds.advance_due(now=now)
    run.run_due(now)


def advance(by: timedelta) -> datetime:
    """Let so much time pass; gives the new present."""
    time.offset.forget()  # another process may have moved it a moment ago
    end = clock.now() + min(by, FURTHEST)
    # What the workers have not come to yet was due before this click: it must not leave hours late.
    run_due(now=clock.now())
    while (now := clock.now()) < end - timedelta(seconds=1):
        later = time.advance(min(_step(now), end - now))
        if later.date() != now.date():
            roll(now=later)
            count(now=later)
        run_due(now=later)
    close_stale(clock.now())
    return clock.now()


def _step(now: datetime) -> timedelta:
    due = next_message()
    return max(SHORTEST_STEP, min(LONGEST_STEP, due - now + timedelta(seconds=1))) if due else LONGEST_STEP


def next_message(phone: str = "") -> datetime | None:
    """When the next planned SMS or e-mail leaves; with a number, the next SMS to it."""
    planned = OutboundMessage.objects.filter(state=MessageState.PLANNED, next_try_at__gt=clock.now())
    if phone:
        planned = planned.filter(to=phone)
    return planned.order_by("next_try_at").values_list("next_try_at", flat=True).first()


def to_next_message(phone: str = "") -> bool:
    """Let time pass until the next planned message has left; false when none is planned."""
    at = next_message(phone)
    if at is None:
        return False
    advance(at - clock.now() + timedelta(minutes=1))
    return True
