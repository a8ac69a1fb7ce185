"""What of a reply is left to a person: tasks, with the words of the family."""

from datetime import datetime

from reminders import todo
from reminders.inbound.situation import Candidate, Situation
from reminders.models import Task, TaskKind


def to_a_person(situation: Situation, now: datetime) -> None:
    """Somebody reads what was written; one open task per sender."""
    about = next(iter(situation.asked or situation.candidates), None)
    key = f"c{situation.contacts[0].pk}" if situation.contacts else f"r{situation.reply.pk}"
    task(situation, TaskKind.UNCLEAR, key, about, now)


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
    contact = next(iter(situation.contacts), None)
    family = about.family if about else (contact.family if contact else None)
    todo.open_task(
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
