"""What we learn of numbers and addresses: refused, wrong, landline, stopped. Known for every contact that has them."""

from datetime import datetime

from rdv.models import Contact, EmailState, PhoneState
from reminders import todo
from reminders.models import TaskKind
from reminders.providers.base import Problem

PHONE_STATES = {
    Problem.INVALID_NUMBER: PhoneState.TO_CHECK,
    Problem.LANDLINE: PhoneState.FAILED,
    Problem.UNREACHABLE: PhoneState.TO_CHECK,
}
# What a person is asked to do about the number itself; the message is told by another way besides.
PHONE_TASKS = {
    Problem.INVALID_NUMBER: TaskKind.WRONG_NUMBER,
    Problem.UNREACHABLE: TaskKind.UNREACHABLE,
    Problem.OPTED_OUT: TaskKind.STOPPED,
    Problem.INVALID_ADDRESS: TaskKind.UNREACHABLE,
}


def contacts_at(*, phone: str) -> list[Contact]:
    """Everybody who can be told at this number: one phone may serve several families."""
    return list(Contact.objects.filter(phone=phone).select_related("family").order_by("pk")) if phone else []


def stop_sms(*, phone: str, now: datetime) -> list[Contact]:
    """Honour a STOP: no contact of this number gets an SMS any more; appointments stay. Gives the contacts."""
    Contact.objects.filter(phone=phone, sms_stopped_at=None).exclude(phone="").update(sms_stopped_at=now)
    return contacts_at(phone=phone)


def start_sms(*, phone: str) -> list[Contact]:
    """The family wants SMS again."""
    Contact.objects.filter(phone=phone).exclude(phone="").update(sms_stopped_at=None)
    return contacts_at(phone=phone)


def mark_wrong_number(*, phone: str) -> list[Contact]:
    """Somebody else has this number now: it is to be checked before anything more is sent to it."""
    Contact.objects.filter(phone=phone).exclude(phone="").update(phone_state=PhoneState.TO_CHECK)
    return contacts_at(phone=phone)


def mark_phone(phone: str, problem: Problem, *, now: datetime) -> None:
    """What the provider said of a number; a text that is refused says nothing of it."""
    if problem is Problem.OPTED_OUT:
        stop_sms(phone=phone, now=now)
    elif problem in PHONE_STATES and phone:
        known = Contact.objects.filter(phone=phone, phone_state=PhoneState.OK)
        known.update(phone_state=PHONE_STATES[problem])


def email_refused(address: str, *, why: str, now: datetime) -> list[Contact]:
    """Nothing more is mailed to that address, and a person asks for another one. Gives the contacts."""
    known = list(Contact.objects.filter(email__iexact=address).select_related("family")) if address else []
    Contact.objects.filter(pk__in=[contact.pk for contact in known]).update(email_state=EmailState.BOUNCED)
    todo.open_tasks(
        todo.new_task(
            kind=TaskKind.UNREACHABLE,
            key=f"c{contact.pk}",
            territory=contact.family.territory_id,
            family=contact.family_id,
            contact=contact,
            detail=f"{address} : {why}",
            now=now,
        )
        for contact in known
    )
    return known


def mark_email(address: str, problem: Problem) -> None:
    """The mail server refused the address itself."""
    if problem is Problem.INVALID_ADDRESS and address:
        Contact.objects.filter(email__iexact=address).update(email_state=EmailState.BOUNCED)
