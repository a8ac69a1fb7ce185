"""Whether a number wants our SMS, and whether it is still the family's."""

from datetime import datetime

from reminders import contacts
from reminders.inbound import answers, handover, questions
from reminders.inbound.action import Decision
from reminders.inbound.reply import Reply
from reminders.inbound.situation import Situation
from reminders.models import TaskKind


def stop(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """No more SMS, whatever the file; appointments stay, and somebody calls those who have one."""
    fresh = any(contact.sms_stopped_at is None for contact in situation.contacts)
    contacts.stop_sms(phone=situation.reply.sender, now=now)
    questions.close(situation.question, now=now)
    if not fresh:
        return
    answers.receipt(situation, "receipt_stopped", now=now)
    handover.tasks_of_number(situation, TaskKind.STOPPED, now)


def start(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """SMS again, for every file of this number."""
    stopped = any(contact.sms_stopped_at for contact in situation.contacts)
    contacts.start_sms(phone=situation.reply.sender)
    if stopped:
        answers.receipt(situation, "receipt_started", now=now)


def wrong_number(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Whoever has this number now learns nothing but that we stop."""
    contacts.mark_wrong_number(phone=situation.reply.sender)
    questions.close(situation.question, now=now)
    answers.receipt(situation, "receipt_wrong_number", now=now)
    handover.tasks_of_number(situation, TaskKind.WRONG_NUMBER, now)
