"""The rows of the page on which a family checks what it is about to book."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from rdv import moments
from rdv.booking.people import PersonSpec
from rdv.models import Mode
from rdv.phones import Phone
from rdv.web.families.catalogue import public_label
from rdv.web.families.contact_form import ContactForm
from rdv.web.families.doors import language
from rdv.web.families.invited_form import InvitedForm
from rdv.web.families.places import place_url
from rdv.web.public.pages import Row

if TYPE_CHECKING:
    from rdv.web.families.reserving import Visit


def review_rows(visit: "Visit", form: ContactForm | InvitedForm) -> list[Row]:
    """What, when, where, who and how to reach them, each with the page that changes it."""
    chosen, given = visit.journey.type, form.cleaned_data
    change = reverse("families:contact")
    slots = place_url(chosen.slug, visit.at)
    rows = [
        Row(_("Rendez-vous"), public_label(chosen)),
        Row(_("Quand"), moments.moment(visit.start, visit.at.zone, year=True, language=language()), slots),
        Row(_("Durée"), moments.duration(visit.journey.duration(), language=language())),
    ]
    if chosen.mode == Mode.HOME:
        rows.append(Row(_("Où"), given["address"], change))
    else:
        rows.append(Row(_("Où"), "\n".join(x for x in (visit.at.name, visit.at.postal_address) if x), slots))
    people = "\n".join(_person(person) for person in form.who().persons)
    if isinstance(form, InvitedForm):
        known = _("Au téléphone ou à l’adresse que le service a déjà")
        return [*rows, Row(_("Qui vient"), people), Row(_("Pour vous prévenir"), known)]
    if form.children or form.count > 1:
        rows.append(Row(_("Qui vient"), people, change))
    rows.append(Row(_("Vous"), f"{given['first_name']} {given['last_name']}", change))
    told = [_("Aucun message ne vous sera envoyé")] if given.get("silent") else _addresses(form)
    rows.append(Row(_("Pour vous prévenir"), "\n".join(told), change))
    if given.get("language"):
        rows.append(Row(_("Langue des messages"), dict(settings.LANGUAGES)[given["language"]], change))
    return rows


def _person(person: PersonSpec) -> str:
    if person.birth_date is None:
        return person.first_name
    born = moments.plain_day(person.birth_date, language=language())
    return _("%(name)s (naissance le %(day)s)") % {"name": person.first_name, "day": born}


def _addresses(form: ContactForm) -> list[str]:
    phone, email = form.cleaned_data.get("phone"), form.cleaned_data.get("email")
    told = [text for text in (phone.spoken if isinstance(phone, Phone) else "", email or "") if text]
    if isinstance(phone, Phone) and not phone.is_mobile and not email:
        told.append(_("Un téléphone fixe ne reçoit pas de SMS : si le rendez-vous change, nous vous appelons."))
    return told
