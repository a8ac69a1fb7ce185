"""Doing what was decided about a reply, inside the transaction that notes it as handled.

Each effect answers with at most one SMS; what a verb of booking says by itself is not said again.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from rdv.booking.cancel import cancel_inside
from rdv.booking.confirm import confirm_inside
from rdv.booking.errors import BookingError
from rdv.models import Participation
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from reminders.inbound import answers, consent, handover, inviting, moving, offering, questions, waiting
from reminders.inbound.action import Action, Decision
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Candidate, Situation, asked_pks
from reminders.models import TaskKind

BY = Actor.family(Channel.SMS)
Effect = Callable[[Decision, Reply, Situation, datetime], None]


def carry_out(decision: Decision, reply: Reply, situation: Situation, *, now: datetime) -> None:
    """Do it. Whatever booking refuses is answered; the rest of the reply's transaction stands."""
    EFFECTS[decision.action](decision, reply, situation, now)


def _confirm(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    note = _note(reply)
    try:
        news = [one for one in decision.targets if _confirmed(one, note, now)]
    except BookingError:
        answers.receipt(situation, "receipt_gone", now=now)
        return
    _answer(situation, decision, Intent.YES, now)
    if news:
        answers.receipt(situation, "receipt_late" if note else "receipt_confirmed", now=now, about=news[0])


def _answer(situation: Situation, decision: Decision, said: Intent, now: datetime) -> None:
    """Close the question, unless it is about something else, which may still be answered: a proposal, the wait."""
    question = situation.question
    if question is not None and asked_pks(question) & {one.pk for one in decision.targets}:
        questions.close(question, now=now, answer=said)


def _confirmed(candidate: Candidate, note: str, now: datetime) -> bool:
    """Whether confirming changed anything."""
    rows = Participation.objects.filter(appointment=candidate.appointment, family=candidate.family)
    before = set(rows.values_list("pk", "confirmed_at", "note"))
    confirm_inside(candidate.pk, family=candidate.family, by=BY, now=now, note=note)
    return before != set(rows.values_list("pk", "confirmed_at", "note"))


def _note(reply: Reply) -> str:
    if reply.note is None:
        return ""
    return f"en retard de {reply.note.minutes} min" if reply.note.minutes else "en retard"


def _cancel(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    _answer(situation, decision, Intent.NO, now)
    done = [one for one in sorted(decision.targets, key=lambda each: each.pk) if _cancelled(one, now)]
    if not done:
        answers.receipt(situation, "receipt_gone", now=now)
        return
    for one in done:
        one.appointment.refresh_from_db()
        handover.quote(situation, TaskKind.LATE_CANCELLATION, one)
    if not any(answers.verb_has_answered(situation.reply, one.appointment, now=now) for one in done):
        answers.receipt(situation, "receipt_cancelled", now=now, about=done[0])


def _cancelled(candidate: Candidate, now: datetime) -> bool:
    try:
        with transaction.atomic():
            cancel_inside(candidate.pk, by=BY, now=now, for_family=True, family=candidate.family)
    except BookingError:
        return False
    return True


def _tell(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    wish = "annuler" if decision.wanted is Intent.NO else "déplacer"
    for one in decision.targets:
        detail = f"Ce contact ne peut pas {wish} : à voir avec la famille."
        handover.task(situation, TaskKind.UNCLEAR, f"a{one.pk}", one, now, detail)
    answers.receipt(situation, "receipt_told", now=now, about=decision.targets[0])


def _ask_which(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    wanted = decision.wanted or Intent.NO
    if not questions.which(situation, decision.targets, now=now, wanted=wanted):
        handover.to_a_person(situation, now)


def _ask_sure(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    part = decision.action is Action.ASK_PART
    if not questions.sure(situation, decision.targets[0], now=now, part=part):
        handover.to_a_person(situation, now)


def _ask_day(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    if not questions.coming(situation, decision.targets[0], now=now, wrong_day=True):
        handover.to_a_person(situation, now)


def _ask_again(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """One question to the sender, once; and a person reads it in any case."""
    handover.to_a_person(situation, now)
    if answers.asked_again_already(situation.reply, now=now):
        return
    targets = decision.targets
    if situation.options and len(situation.asked) > 1:
        wanted = Intent(situation.question.wanted) if situation.question else Intent.NO
        questions.which(situation, situation.asked, now=now, again=True, wanted=wanted)
    elif situation.moving:
        moving.ask_again(situation, now)
    elif questions.once_more(situation, now=now):
        return
    elif len(targets) == 1 and situation.asked_to_be_sure:
        questions.sure(situation, targets[0], now=now)
    elif len(targets) == 1 and targets[0].is_off:
        answers.receipt(situation, "receipt_not_held", now=now, about=targets[0])
    elif len(targets) == 1:
        questions.coming(situation, targets[0], now=now)
    else:
        answers.receipt(situation, "receipt_forwarded", now=now)


def _expired(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    about = next(iter(decision.targets), None)
    answers.receipt(situation, "receipt_expired", now=now, about=about)


def _help(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    about = next(iter(decision.targets), None)
    if about:
        answers.receipt(situation, "receipt_not_held" if about.is_off else "receipt_help", now=now, about=about)
    else:
        answers.receipt(situation, "receipt_no_appointment", now=now)


def _gone(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    answers.receipt(situation, "receipt_gone", now=now)


def _called_off(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Those of the day that take place are confirmed; the answer is about what does not."""
    for one in decision.targets:
        if not one.is_off and not one.appointment.is_cancelled:
            confirm_inside(one.pk, family=one.family, by=BY, now=now)
    _answer(situation, decision, Intent.YES, now)
    off = next((one for one in decision.targets if one.is_off), decision.targets[0])
    answers.receipt(situation, "receipt_not_held" if off.is_off else "receipt_called_off", now=now, about=off)


def _no_appointment(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    answers.receipt(situation, "receipt_no_appointment", now=now)


def _unknown(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    answers.receipt(situation, "receipt_unknown", now=now)
    handover.of_stranger(situation, now)


def _to_agent(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """No receipt: a person answers."""
    handover.to_who_wrote(situation, now)


def _nothing(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Politeness needs no answer."""


EFFECTS: dict[Action, Effect] = {
    Action.CONFIRM: _confirm,
    Action.CANCEL: _cancel,
    Action.TELL: _tell,
    Action.MOVE: moving.propose,
    Action.TAKE: moving.take,
    Action.KEEP: moving.keep,
    Action.ASK_MOVE: _ask_which,
    Action.STAY: waiting.stay,
    Action.LEAVE: waiting.leave,
    Action.JOIN: waiting.join,
    Action.INVITE: inviting.lead,
    Action.REFUSE: inviting.refuse,
    Action.EXPIRED: _expired,
    Action.ACCEPT: offering.accept,
    Action.DECLINE: offering.decline,
    Action.ASK_WHICH: _ask_which,
    Action.ASK_SURE: _ask_sure,
    Action.ASK_PART: _ask_sure,
    Action.ASK_DAY: _ask_day,
    Action.ASK_AGAIN: _ask_again,
    Action.STOP: consent.stop,
    Action.START: consent.start,
    Action.WRONG_NUMBER: consent.wrong_number,
    Action.HELP: _help,
    Action.NOTHING: _nothing,
    Action.GONE: _gone,
    Action.CALLED_OFF: _called_off,
    Action.NO_APPOINTMENT: _no_appointment,
    Action.TO_AGENT: _to_agent,
    Action.UNKNOWN: _unknown,
}
