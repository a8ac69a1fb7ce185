"""Celery shells: the work is in the modules that they call, and may be done twice or never."""

from celery import shared_task

from rdv import clock
from rdv.waitinglist import again, entries, missed, rounds, whom_to_tell


@shared_task(name="rdv.waitinglist.advance_round")
def advance_round(round_id: int) -> None:
    """Soon after a slot is freed or an answer comes."""
    rounds.advance(round_id, now=clock.now())


@shared_task(name="rdv.waitinglist.advance_due")
def advance_due() -> None:
    """Each minute: whatever is due, or was missed."""
    now = clock.now()
    entries.end_past(now=now)
    whom_to_tell.tell_another()
    missed.open_missed(now=now)
    again.look_again(now=now)
    rounds.advance_due(now=now)
