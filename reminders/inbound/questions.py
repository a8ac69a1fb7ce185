"""What is asked back when a reply leaves a doubt: one question, tied to the number, that expires."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reminders.inbound import answers
from reminders.inbound.reply import Intent
from reminders.inbound.situation import KEYS, Candidate, Question, Situation
from reminders.models import Conversation

LIFETIME = timedelta(hours=24)
# More than that no SMS can list; the others are found through the link.
MOST_OPTIONS = 4


def which(situation: Situation, targets: Sequence[Candidate], *, now: datetime, again: bool = False) -> bool:
    """Which of these appointments is to be cancelled?"""
    listed = list(targets)[:MOST_OPTIONS]
    keyed = list(zip(KEYS, listed, strict=False))
    choices = ", ".join(f"{key} = {one.label(situation.language)}" for key, one in keyed)
    asked = answers.question(
        situation,
        "question_which_again" if again else "question_which",
        now=now,
        context={"choices": choices, "both": len(listed) == 2},
    )
    if asked:
        _open(situation, Question.WHICH, listed, wanted=Intent.NO, now=now)
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


def close(question: Conversation | None, *, now: datetime, answer: Intent | None = None) -> None:
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
        question=question,
        appointment=first.appointment if len(targets) == 1 else None,
        family=first.family,
        options=options,
        wanted=wanted or "",
        asked_at=now,
        expires_at=min(now + LIFETIME, max(one.appointment.starts_at for one in targets)),
    )
