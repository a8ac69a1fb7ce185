"""What needs a person: one open task per kind and subject, however often it is asked for."""

from collections.abc import Iterable
from datetime import datetime

from rdv.models import Appointment, Contact, Family, Offer, Organisation, Territory
from reminders.models import InboundMessage, Task, TaskKind


def new_task(
    *,
    kind: TaskKind,
    key: str,
    territory: Territory | int,
    now: datetime,
    organisation: Organisation | int | None = None,
    family: Family | int | None = None,
    contact: Contact | int | None = None,
    appointment: Appointment | None = None,
    offer: Offer | None = None,
    entry: int | None = None,
    reply: InboundMessage | None = None,
    detail: str = "",
    due_at: datetime | None = None,
) -> Task:
    """A task, not saved yet. Without an organisation it goes to that of the appointment."""
    if organisation is None and appointment is not None:
        organisation = appointment.organisation_id
    return Task(
        kind=kind,
        key=key,
        territory_id=territory if isinstance(territory, int) else territory.pk,
        organisation_id=_pk(organisation),
        family_id=_pk(family),
        contact_id=_pk(contact),
        appointment=appointment,
        offer=offer,
        entry_id=entry,
        reply=reply,
        detail=detail[:200],
        due_at=due_at,
        created_at=now,
    )


def open_tasks(tasks: Iterable[Task]) -> None:
    """Store those that are not open already, in one query."""
    rows = list(tasks)
    if rows:
        Task.objects.bulk_create(rows, ignore_conflicts=True)


def open_task(
    *,
    kind: TaskKind,
    key: str,
    territory: Territory | int,
    now: datetime,
    organisation: Organisation | int | None = None,
    family: Family | int | None = None,
    contact: Contact | int | None = None,
    appointment: Appointment | None = None,
    offer: Offer | None = None,
    entry: int | None = None,
    reply: InboundMessage | None = None,
    detail: str = "",
    due_at: datetime | None = None,
) -> None:
    """Ask a person to do something, unless the same is being asked already. `key` names the subject ("a12")."""
    open_tasks(
        [
            new_task(
                kind=kind,
                key=key,
                territory=territory,
                now=now,
                organisation=organisation,
                family=family,
                contact=contact,
                appointment=appointment,
                offer=offer,
                entry=entry,
                reply=reply,
                detail=detail,
                due_at=due_at,
            )
        ]
    )


def _pk(given: Organisation | Family | Contact | int | None) -> int | None:
    return given if given is None or isinstance(given, int) else given.pk
