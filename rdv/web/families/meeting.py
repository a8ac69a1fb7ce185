"""An appointment as its family reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import dates
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv import moments
from rdv.access.links import events_of
from rdv.booking.moving import can_be_moved
from rdv.models import Appointment, AppointmentLink, Mode, Participation, Status
from rdv.models.audit import Verb
from rdv.moment_words import words
from rdv.phones import PhoneError, parse_phone, region_of
from rdv.scheduling.rules import TypeRules, is_late, may_move
from rdv.web.families.catalogue import is_for_families
from rdv.web.families.doors import language
from rdv.web.families.labels import meeting_place, private_label
from rdv.web.public.pages import Row


@dataclass(frozen=True, slots=True)
class Meeting:
    """What stands, and what may still be done; strings for the page.

    `is_told_off`: the service has said that it can't take place, and nothing is settled yet.
    """

    link: AppointmentLink
    people: Sequence[Participation]
    now: datetime
    is_told_off: bool = False

    @property
    def appointment(self) -> Appointment:
        return self.link.appointment

    @property
    def zone(self) -> str:
        return self.appointment.location.zone

    @property
    def rules(self) -> TypeRules:
        at = self.appointment
        return at.type.rules_for(at.location.organisation, moments.local(at.starts_at, self.zone).date())

    # What stands

    @property
    def awaited(self) -> list[Participation]:
        return [row for row in self.people if row.status == Status.UNKNOWN]

    @property
    def is_cancelled(self) -> bool:
        gone = (Status.EXCUSED, Status.REVOKED)
        return self.appointment.is_cancelled or (bool(self.people) and all(row.status in gone for row in self.people))

    @property
    def is_past(self) -> bool:
        return self.appointment.ends_at <= self.now

    @property
    def is_coming(self) -> bool:
        return bool(self.awaited) and not self.is_cancelled and not self.is_past

    @property
    def is_confirmed(self) -> bool:
        return self.is_coming and all(row.confirmed_at for row in self.awaited)

    @property
    def can_confirm(self) -> bool:
        return self.can_cancel and not self.is_confirmed and not self.is_told_off

    @property
    def can_cancel(self) -> bool:
        return self.is_coming and self.appointment.starts_at > self.now

    @property
    def can_move(self) -> bool:
        """Online, in time, and not a seat in a group: another date of a group is another seat."""
        return self.can_cancel and can_be_moved(self.appointment, self.rules, now=self.now)

    @property
    def can_change_session(self) -> bool:
        """A seat in a group is given back, and another one taken."""
        return self.can_cancel and self.appointment.is_collective

    @property
    def is_late(self) -> bool:
        """Whether cancelling now comes after the deadline."""
        return is_late(self.appointment.starts_at, self.rules.cancel_deadline, self.now)

    @property
    def is_as_booked(self) -> bool:
        """Still to come, with nothing changed since."""
        unchanged = not self.appointment.sequence and not self.is_told_off
        return self.is_coming and unchanged and len(self.awaited) == len(self.people)

    @property
    def can_come_earlier(self) -> bool:
        """In time, by a move, or by giving a seat back for one in another session."""
        in_time = may_move(self.appointment.starts_at, self.rules.move_deadline, self.now)
        return self.can_cancel and in_time

    @property
    def can_wait_for_earlier(self) -> bool:
        """An offer has to reach somebody."""
        reachable = any(contact.may_be_told for contact in self.link.family.contacts.all())
        return self.can_come_earlier and not self.is_told_off and reachable

    # As it is read

    @property
    def when(self) -> str:
        return moments.moment(self.appointment.starts_at, self.zone, language=language())

    @property
    def where(self) -> list[str]:
        return meeting_place(self.appointment)

    def tag(self) -> dict[str, str]:
        if self.is_cancelled:
            by_service = any(row.status == Status.REVOKED for row in self.people)
            label = _("Annulé par le service") if by_service else _("Annulé")
            return {"label": label, "tone": "bad", "icon": "calendar-x"}
        if self.is_past:
            return {"label": _("Passé"), "tone": "", "icon": "history"}
        if self.is_told_off:
            return {"label": _("Ne peut pas avoir lieu"), "tone": "bad", "icon": "calendar-x"}
        if self.is_confirmed:
            return {"label": _("Vous venez : c’est noté"), "tone": "good", "icon": "check"}
        return {"label": _("À venir"), "tone": "brand", "icon": "calendar-check"}

    def context(self) -> dict[str, Any]:
        """Everything that the page of the appointment, and those of its acts, show."""
        at, token = self.appointment, self.link.token
        return {
            "meeting": self,
            "label": private_label(at.type),
            "tag": self.tag(),
            "leaf": self.leaf(),
            "where": self.where,
            "news": self.news(),
            "moved_from": self.moved_from(),
            "left": self.left(),
            "rows": self.rows(),
            "to_bring": lines(at.type.documents_to_bring),
            "instructions": lines(at.type.instructions),
            "access": lines(at.location.access_notes) if at.mode == Mode.ON_SITE else [],
            "phone": spoken_phone(at.location.phone or at.location.organisation.phone, at.territory.department_code),
            "confirm_url": reverse("families:confirm", args=[token]),
            "cancel_url": reverse("families:cancel", args=[token]),
            "move_url": reverse("families:move", args=[token]),
            "calendar_url": reverse("families:calendar", args=[token]),
            "rebook_url": reverse("families:rebook", args=[token]) if is_for_families(at.type) else "",
            "earlier_url": reverse("families:earlier", args=[token]),
        }

    def leaf(self) -> dict[str, str]:
        """The leaf of a calendar, for the eye only."""
        local = moments.local(self.appointment.starts_at, self.zone)
        names = words(language())
        return {
            "weekday": names.weekdays[local.weekday()],
            "number": str(local.day),
            "month": str(dates.MONTHS_AP[local.month]).lower(),
        }

    def rows(self) -> list[Row]:
        """How long, who, and the reference to give on the telephone."""
        at = self.appointment
        minutes = int((at.ends_at - at.starts_at).total_seconds() // 60)
        found = [Row(_("Durée"), moments.duration(minutes, language=language()))]
        names = [self._name(row) for row in self.people if row.person.is_child]
        if names:
            found.append(Row(_("Qui vient"), "\n".join(names)))
        return [*found, Row(_("Référence"), at.reference)]

    def moved_from(self) -> str:
        """When it was before it was last moved; "" if it never was, or is no longer coming."""
        if not self.is_coming or not self.appointment.sequence:
            return ""
        moves = [event for event in events_of(self.appointment) if event.verb == Verb.MOVED]
        if not moves:
            return ""
        previous = datetime.fromisoformat(moves[-1].detail["previous"])
        return moments.moment(previous, self.zone, language=language())

    def left(self) -> str:
        """Who of the family no longer comes, while others do."""
        gone = [row.person.first_name for row in self.people if row.status in (Status.EXCUSED, Status.REVOKED)]
        if not gone or not self.is_coming:
            return ""
        text = ngettext(
            "%(gone)s ne vient plus. Le rendez-vous est maintenu pour %(stay)s.",
            "%(gone)s ne viennent plus. Le rendez-vous est maintenu pour %(stay)s.",
            len(gone),
        )
        return text % {"gone": _listed(gone), "stay": _listed([row.person.first_name for row in self.awaited])}

    def news(self) -> str:
        """By which way the family is told, after it has booked; nothing where it is told nothing."""
        contacts = list(self.link.family.contacts.all()) if self.appointment.type.tells_families else []
        by_sms = any(contact.may_be_told and contact.can_get_sms for contact in contacts)
        by_email = any(contact.may_be_told and contact.can_get_email for contact in contacts)
        if by_sms and by_email:
            return _("Vous recevez une confirmation par SMS et par courriel, puis un rappel avant le rendez-vous.")
        if by_sms:
            return _("Vous recevez une confirmation par SMS, puis un rappel avant le rendez-vous.")
        if by_email:
            return _("Vous recevez une confirmation par courriel, puis un rappel avant le rendez-vous.")
        if any(contact.may_be_told and contact.phone for contact in contacts):
            return _(
                "Notez la date : un téléphone fixe ne reçoit pas de SMS. Si le rendez-vous change, nous vous appelons."
            )
        return _("Notez la date : nous n’envoyons pas de message pour ce rendez-vous.")

    def _name(self, row: Participation) -> str:
        """The first name alone: the page may be read over a shoulder."""
        gone = row.status in (Status.EXCUSED, Status.REVOKED)
        if gone and not self.is_cancelled:
            return _("%(name)s (ne vient plus)") % {"name": row.person.first_name}
        return row.person.first_name


def _listed(names: Sequence[str]) -> str:
    """Gives "Léa, Noé et Zoé"."""
    return get_text_list(list(names), _("et"))


def lines(text: str) -> list[str]:
    """A text of the catalogue as a list, one line each."""
    return [line.strip(" -•*") for line in text.splitlines() if line.strip(" -•*")]


def spoken_phone(number: str, department_code: str) -> dict[str, str] | None:
    """A number as read and as dialled; a short number ("3949") is kept as it is."""
    if not number:
        return None
    try:
        found = parse_phone(number, region_of(department_code))
    except PhoneError:
        return {"spoken": number, "link": number.replace(" ", "")}
    return {"spoken": found.spoken, "link": str(found)}
