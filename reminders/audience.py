"""Whom to tell of an appointment, and by which ways: the contacts of its families, as planning wants them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rdv.models import Appointment, AppointmentType, Contact, Family, Location
from rdv.scheduling.sending import Window
from reminders.planning import Lead, Recipient, leads

# Asked by every booking: plain SQL costs half of what building the query does.
CONTACTS_SQL = "SELECT * FROM rdv_contact WHERE family_id = ANY(%s) ORDER BY family_id, id"


@dataclass(frozen=True, slots=True)
class Told:
    """One family, and those of its contacts who may be told, by the key of their recipient."""

    family_id: int
    contacts: dict[str, Contact]

    def recipients(self) -> list[Recipient]:
        """Each number and each address once, even when two contacts share it."""
        phones: set[str] = set()
        emails: set[str] = set()
        found = []
        for key, contact in self.contacts.items():
            sms = contact.can_get_sms and contact.phone not in phones
            email = contact.can_get_email and contact.email.casefold() not in emails
            phones.add(contact.phone)
            emails.add(contact.email.casefold())
            found.append(Recipient(key, sms=sms, email=email))
        return found


def families_told(families: Iterable[Family | int]) -> list[Told]:
    """The contacts of these families who may be told, in one query; a family where nobody may is left out."""
    wanted = sorted({one if isinstance(one, int) else one.pk for one in families})
    contacts = Contact.objects.raw(CONTACTS_SQL, [wanted])
    return group(contacts, wanted)


def group(contacts: Iterable[Contact], families: Sequence[int]) -> list[Told]:
    """By family. A file without any contact is kept: somebody will have to find a way."""
    of: dict[int, list[Contact]] = {pk: [] for pk in families}
    for contact in contacts:
        of[contact.family_id].append(contact)
    return [
        Told(pk, {f"c{contact.pk}": contact for contact in known if contact.may_be_told})
        for pk, known in of.items()
        if not known or any(contact.may_be_told for contact in known)
    ]


def window_at(location: Location) -> Window:
    """The hours in which messages about this place may leave."""
    return location.sending


def reminder_plan(appointment: Appointment) -> list[Lead]:
    """That of the type, else of the organisation, else of the territory."""
    organisation = appointment.location.organisation
    for plan in (appointment.type.reminder_plan, organisation.reminder_plan, organisation.territory.reminder_plan):
        if plan is not None:
            return leads(plan)
    return []


def is_silent(type_: AppointmentType) -> bool:
    """Whether families are told nothing of such appointments."""
    return not type_.tells_families


def follows_up_no_show(appointment: Appointment) -> bool:
    """Whether the service turned on the message after an absence: for the type, the organisation or the territory."""
    organisation = appointment.location.organisation
    if organisation.sends_no_show_message is not None:
        return appointment.type.follows_up_no_show or organisation.sends_no_show_message
    return appointment.type.follows_up_no_show or organisation.territory.sends_no_show_message


def keys_at(told: Told, phone: str) -> Collection[str]:
    """The recipients with that number."""
    return {key for key, contact in told.contacts.items() if phone and contact.phone == phone}
