"""What of a reply is left to a person: tasks, with the words of the family."""

from datetime import datetime, timedelta

from django.db.models import Q

from rdv.models import Agent, Service
from reminders import todo
from reminders.inbound.answers import is_number
from reminders.inbound.situation import Candidate, Situation
from reminders.models import Task, TaskKind

STRANGERS_KEPT = timedelta(days=7)


def to_a_person(situation: Situation, now: datetime) -> None:
    """Somebody reads what was written; one open task per sender."""
    about = next(iter(situation.asked or situation.candidates), None)
    key = f"c{situation.contacts[0].pk}" if situation.contacts else f"r{situation.reply.pk}"
    task(situation, TaskKind.UNCLEAR, key, about, now)


def to_who_wrote(situation: Situation, now: datetime) -> None:
    """The answer to what somebody wrote: into the task that he wrote from, else into a new one that is his."""
    reply = situation.reply
    written = situation.question.options[0] if situation.question and situation.question.options else {}
    answered = Q(pk=written.get("task", 0)) | Q(kind=TaskKind.ANSWERED, key=f"n{reply.sender}")
    known = Task.objects.filter(answered, territory=situation.territory, done_at=None)
    if known.update(reply=reply, detail=reply.body[:200]):
        return
    made = _unsaved(situation, TaskKind.ANSWERED, f"n{reply.sender}", next(iter(situation.asked), None), now)
    author = Agent.objects.active().filter(pk=written.get("agent")).first()
    made.assigned_to, made.assigned_at = author, now if author else None
    begun = Task.objects.filter(pk=written.get("task", 0)).first()
    if begun is not None:
        made.organisation_id = begun.organisation_id
        made.family_id, made.contact_id = begun.family_id, begun.contact_id
        made.appointment_id = begun.appointment_id
    todo.open_tasks([made])


def of_stranger(situation: Situation, now: datetime) -> None:
    """Somebody whom no file knows wrote: perhaps a family with a new number. Nobody has to, and not for ever.

    What was written to a discreet service's own number is not spread over the desks.
    """
    reply = situation.reply
    discreet = Service.objects.filter(territory=situation.territory, is_discreet=True, neutral_sender=reply.to)
    walled = reply.to not in ("", situation.territory.sms_sender) and discreet.exists()
    if is_number(reply.sender) and not walled:
        made = _unsaved(situation, TaskKind.STRANGER, f"n{reply.sender}", None, now)
        made.due_at = now + STRANGERS_KEPT
        todo.open_tasks([made])


def tasks_of_number(situation: Situation, kind: TaskKind, now: datetime) -> None:
    """One task for each file that knows this number; with the next appointment, if there is one."""
    coming = {one.family.pk: one for one in reversed(situation.candidates)}
    for contact in situation.contacts:
        about = coming.get(contact.family_id)
        todo.open_task(
            kind=kind,
            key=f"c{contact.pk}",
            territory=situation.territory,
            organisation=contact.family.organisation_id,
            family=contact.family_id,
            contact=contact,
            appointment=about.appointment if about else None,
            reply=situation.reply,
            due_at=about.appointment.starts_at if about else None,
            now=now,
        )


def task(
    situation: Situation, kind: TaskKind, key: str, about: Candidate | None, now: datetime, detail: str = ""
) -> None:
    """Ask a person about this reply; `about` is the appointment, if one is known."""
    todo.open_tasks([_unsaved(situation, kind, key, about, now, detail)])


def _unsaved(
    situation: Situation, kind: TaskKind, key: str, about: Candidate | None, now: datetime, detail: str = ""
) -> Task:
    contact = next(iter(situation.contacts), None)
    family = about.family if about else (contact.family if contact else None)
    return todo.new_task(
        kind=kind,
        key=key,
        territory=situation.territory,
        organisation=None if about else (family.organisation_id if family else None),
        family=family,
        contact=contact,
        appointment=about.appointment if about else None,
        reply=situation.reply,
        detail=detail or situation.reply.body,
        due_at=about.appointment.starts_at if about else None,
        now=now,
    )


def quote(situation: Situation, kind: TaskKind, about: Candidate) -> None:
    """Put the words of this reply into the task that what it asked for has just made, if it made one."""
    made = Task.objects.filter(kind=kind, appointment=about.appointment, family=about.family, reply=None, done_at=None)
    made.update(reply=situation.reply, contact=next(iter(situation.contacts), None), detail=situation.reply.body[:200])
