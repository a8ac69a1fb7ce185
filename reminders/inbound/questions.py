"""What is asked back when a reply leaves a doubt: one question, tied to the number, that expires."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rdv import moments
from reminders.inbound import answers
from reminders.inbound.reply import Intent
from reminders.inbound.situation import KEYS, LETTERS, Candidate, Question, Situation
from reminders.models import Conversation

LIFETIME = timedelta(hours=24)
_WHICH = {
    (Intent.NO, False): "question_which",
    (Intent.NO, True): "question_which_again",
    (Intent.MOVE, False): "question_move_which",
    (Intent.MOVE, True): "question_move_which",
}
# More than that no SMS can list; the others are found through the link.
MOST_OPTIONS = 4


def which(
    situation: Situation,
    targets: Sequence[Candidate],
    *,
    now: datetime,
    again: bool = False,
    wanted: Intent = Intent.NO,
) -> bool:
    """Which of these appointments is to be cancelled, or moved?"""
    listed = list(targets)[:MOST_OPTIONS]
    keyed = list(zip(KEYS, listed, strict=False))
    choices = ", ".join(f"{key} = {one.label(situation.language)}" for key, one in keyed)
    asked = answers.question(
        situation,
        _WHICH[wanted, again],
        now=now,
        context={"choices": choices, "both": len(listed) == 2},
    )
    if asked:
        _open(situation, Question.WHICH, listed, wanted=wanted, now=now)
    return asked


def dates(
    situation: Situation,
    target: Candidate,
    starts: Sequence[datetime],
    *,
    now: datetime,
    until: datetime,
    template: str = "question_move",
) -> bool:
    """To which of these dates? Nothing is held: who answers finds the date free, or gets others."""
    sequence = target.appointment.sequence
    options = [
        {"key": key, "start": start.isoformat(), "sequence": sequence}
        for key, start in zip(LETTERS, starts, strict=False)
    ]
    return _dates(situation, target, options, now=now, until=min(now + LIFETIME, until), template=template)


def same_dates(
    situation: Situation, target: Candidate, options: Sequence[dict[str, Any]], *, now: datetime, gone: bool
) -> bool:
    """The dates of the question that is open, under the letters that they have."""
    until = situation.question.expires_at if situation.question else now
    template = "question_move_taken" if gone else "question_move_again"
    return bool(options) and _dates(situation, target, options, now=now, until=until, template=template)


def _dates(
    situation: Situation,
    target: Candidate,
    options: Sequence[dict[str, Any]],
    *,
    now: datetime,
    until: datetime,
    template: str,
) -> bool:
    zone, language = target.appointment.zone, situation.language
    labels = [moments.short(datetime.fromisoformat(each["start"]), zone, language=language) for each in options]
    choices = ", ".join(f"{each['key']} {label}" for each, label in zip(options, labels, strict=True))
    context: dict[str, object] = {"choices": choices, "must_move": situation.must_move}
    asked = answers.question(situation, template, now=now, about=target, context=context)
    if asked:
        Conversation.objects.create(
            territory=situation.territory,
            phone=situation.reply.sender,
            sender=_sender(situation, target),
            question=Question.MOVE,
            appointment=target.appointment,
            family=target.family,
            options=list(options),
            asked_at=now,
            expires_at=until,
        )
    return asked


def sure(situation: Situation, target: Candidate, *, now: datetime, part: bool = False) -> bool:
    """Is it that one, and for everybody? Only the word ANNULER will do."""
    asked = answers.question(situation, "question_part" if part else "question_sure", now=now, about=target)
    if asked:
        _open(situation, Question.WHICH, [target], wanted=Intent.NO, now=now)
    return asked


def coming(situation: Situation, target: Candidate, *, now: datetime, wrong_day: bool = False) -> bool:
    """Are you coming on that day? Yes and no are understood as after a reminder."""
    template = "question_day" if wrong_day else "question_repeat"
    asked = answers.question(situation, template, now=now, about=target)
    if asked:
        _open(situation, Question.REPEAT, [target], wanted=None, now=now)
    return asked


def once_more(situation: Situation, *, now: datetime) -> bool:
    """What was asked last, in other words, where it is about no appointment; it stays what is asked.

    False where there is no such question: then it is asked about the appointment.
    """
    question = situation.question
    if question is None or question.closed_at:
        return False
    offer = question.offer
    if offer is not None and offer.is_pending and now < offer.expires_at:
        return answers.question(situation, "question_offer", now=now, offer=offer, context={"code": offer.code})
    if question.question == Question.WAITING:
        return answers.question(situation, "question_waiting", now=now)
    return question.question == Question.INVITATION and answers.receipt(situation, "receipt_forwarded", now=now)


def close(question: Conversation | None, *, now: datetime, answer: Intent | str | None = None) -> None:
    """The question was answered; what was said is kept, so that saying it again changes nothing."""
    if question is None or question.closed_at:
        return
    question.closed_at = now
    if answer and question.question != Question.WHICH:
        question.wanted = answer
    question.save(update_fields=["closed_at", "wanted"])


def _open(
    situation: Situation, question: str, targets: Sequence[Candidate], *, wanted: Intent | None, now: datetime
) -> None:
    first = targets[0]
    options = [{"key": key, "appointment": one.pk} for key, one in zip(KEYS, targets, strict=False)]
    Conversation.objects.create(
        territory=situation.territory,
        phone=situation.reply.sender,
        sender=_sender(situation, first),
        question=question,
        appointment=first.appointment if len(targets) == 1 else None,
        family=first.family,
        options=options,
        wanted=wanted or "",
        asked_at=now,
        expires_at=min(now + LIFETIME, max(one.appointment.starts_at for one in targets)),
    )


def _sender(situation: Situation, about: Candidate) -> str:
    """The number that asks: a discreet service's own, else the one that was written to."""
    service = about.appointment.service
    own = service.neutral_sender if service.is_discreet else ""
    return own or situation.reply.to
