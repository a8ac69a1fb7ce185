"""Which contact of a waiting family is told of its offers: one who can be reached."""

from django.db.models import Exists, OuterRef, Q

from rdv.booking.people import Who
from rdv.models import ON_THE_LIST, Contact, Family, PhoneState, WaitingListEntry
from rdv.models.family import EmailState
from rdv.waitinglist.errors import ContactMissing


def reachable(prefix: str) -> Q:
    """By SMS, e-mail, or a call of the secretary; a number known to be somebody else's reaches nobody."""
    by_phone = ~Q(**{f"{prefix}phone": ""}) & ~Q(**{f"{prefix}phone_state": PhoneState.TO_CHECK})
    by_email = ~Q(**{f"{prefix}email": ""}) & Q(**{f"{prefix}email_state": EmailState.OK})
    return Q(**{f"{prefix}may_be_told": True}) & (by_phone | by_email)


def contact_of(family: Family, who: Who) -> Contact:
    """The contact who asks, else whoever is told most easily: by a message, by a call; the first of equals.

    Raises ContactMissing.
    """
    contacts = list(family.contacts.order_by("pk"))
    if not contacts:
        raise ContactMissing
    asks = who.contact
    if asks is not None:
        for contact in contacts:
            same_phone, same_email = asks.phone == contact.phone != "", asks.email == contact.email != ""
            if same_phone or same_email:
                return contact
    return max(contacts, key=_ease)


def tell_another() -> int:
    """Have another contact told where the one of an entry can't be reached any more; gives how many. Run each minute.

    Who asked for silence gets it: nobody else is told instead, nor ever of a discreet service (rules §10).
    """
    others = Contact.objects.filter(reachable(""), family=OuterRef("family"))
    lost = WaitingListEntry.objects.filter(Exists(others), status__in=ON_THE_LIST, contact__may_be_told=True)
    changed = 0
    lost = lost.exclude(type__service__is_discreet=True)
    for entry in lost.exclude(reachable("contact__")).select_related("family").order_by("pk"):
        contact = max(entry.family.contacts.order_by("pk"), key=_ease)
        # Unless somebody has just chosen.
        changed += WaitingListEntry.objects.filter(pk=entry.pk, contact=entry.contact_id).update(contact=contact)
    return changed


def _ease(contact: Contact) -> tuple[bool, bool, bool]:
    by_phone = bool(contact.phone) and contact.phone_state != PhoneState.TO_CHECK
    written = contact.can_get_sms or contact.can_get_email
    return contact.may_be_told, written or by_phone, written
