"""A place on the waiting list as its family reads it: strings for the pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.waiting import wait_token
from rdv.models import (
    ON_THE_LIST,
    Appointment,
    AppointmentType,
    EntryStatus,
    HalfDay,
    Offer,
    OfferStatus,
    Person,
    RoundStatus,
    WaitingListEntry,
)
from rdv.waitinglist.ended import may_return
from rdv.waitinglist.silences import SILENCES_BEFORE_ASKING
from rdv.waitinglist.who_waits import who_comes
from rdv.web.families.doors import language
from rdv.web.families.labels import meeting_lines, private_label
from rdv.web.families.waiting_form import HALF_DAYS, NOTICES
from rdv.web.public.pages import Row

BECAME = {
    OfferStatus.LIVE: gettext_lazy("Votre réponse est attendue."),
    OfferStatus.CLAIMED: gettext_lazy("Vous avez dit oui : la réponse vient dans quelques minutes."),
    OfferStatus.ACCEPTED: gettext_lazy("Vous avez dit oui."),
    OfferStatus.DECLINED: gettext_lazy("Vous avez dit non. Vous gardez votre rang."),
    OfferStatus.EXPIRED: gettext_lazy("Sans réponse. Vous gardez votre rang."),
    OfferStatus.VOID: gettext_lazy("Une autre famille a été plus rapide. Vous gardez votre rang."),
}
# Void, but not for another family: the service took the slot, or took the offer back, or could not honour the yes.
GONE = gettext_lazy("Cette place n’est plus libre. Vous gardez votre rang.")
WITHDRAWN = gettext_lazy("Cette place ne vous est plus proposée. Vous gardez votre rang.")
REFUSED = gettext_lazy("Vous avez dit oui, mais nous n’avons pas pu vous donner cette place. Vous gardez votre rang.")

PAUSED_INSTEAD = gettext_lazy("Vous vous êtes mis en pause. Vous gardez votre rang.")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A slot that was proposed; `url` while it may be answered."""

    when: str
    text: str
    where: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for, since when; what it says of people is their first names alone."""

    entry: WaitingListEntry
    now: datetime

    @property
    def zone(self) -> str:
        return self.entry.territory.time_zone

    @property
    def url(self) -> str:
        return reverse("families:wait", args=[wait_token(self.entry.pk)])

    @property
    def leave_url(self) -> str:
        return reverse("families:wait_leave", args=[wait_token(self.entry.pk)])

    @property
    def is_open(self) -> bool:
        return self.entry.status in ON_THE_LIST

    @property
    def is_paused(self) -> bool:
        return self.entry.status == EntryStatus.PAUSED

    @property
    def is_asked(self) -> bool:
        """Whether it stopped because nothing was answered: does the family still wait?"""
        return self.is_paused and self.entry.silences >= SILENCES_BEFORE_ASKING

    @property
    def has_appointment(self) -> bool:
        """Whether it comes in any case, and would come earlier."""
        at = self.entry.current_appointment
        return at is not None and not at.is_cancelled and at.starts_at > self.now

    @property
    def may_return(self) -> bool:
        """Whether it has left so lately that it may take its place again."""
        return may_return(self.entry, now=self.now)

    @property
    def is_called(self) -> bool:
        """Whether nothing written reaches the family."""
        contact = self.entry.contact
        return not (contact.may_be_told and (contact.can_get_sms or contact.can_get_email))

    @property
    def label(self) -> str:
        return private_label(self.entry.type)

    @property
    def since(self) -> str:
        day = moments.local(self.entry.waiting_since, self.zone).date()
        return moments.day(day, year=True, language=language())

    def rows(self) -> list[Row]:
        """The wishes, and who comes."""
        entry = self.entry
        found = [Row(_("Depuis"), self.since)]
        if names := children_of(entry.type, entry.persons.all()):
            found.append(Row(_("Pour"), names))
        found += [Row(_("Où"), self._where()), Row(_("Quand"), _half_days(entry))]
        notice = dict(NOTICES).get(entry.notice_minutes) or moments.duration(entry.notice_minutes, language=language())
        found.append(Row(_("Temps pour venir"), str(notice)))
        found.append(Row(_("Au dernier moment, le jour même"), _("oui") if entry.standby else _("non")))
        return [*found, *self._current()]

    def offers(self, offers: Iterable[Offer]) -> Sequence[Proposed]:
        """What was proposed, and what became of it."""
        return [self._offer(one) for one in offers]

    def pending(self, offers: Iterable[Offer]) -> Proposed | None:
        """The proposal that is not over, which a pause or a departure would give up."""
        return next((self._offer(one) for one in offers if one.is_pending and self.now < one.expires_at), None)

    def _where(self) -> str:
        entry = self.entry
        if entry.any_location:
            return _("N’importe quel lieu")
        discreet = entry.type.service.is_discreet
        places = sorted(entry.locations.all(), key=lambda place: place.name)
        return "\n".join(place.postal_address if discreet else place.name for place in places)

    def _current(self) -> list[Row]:
        at = self.entry.current_appointment
        if at is None or not self.has_appointment:
            return []
        when = moments.moment(at.starts_at, at.location.zone, language=language())
        return [Row(_("En attendant, vous avez"), "\n".join([when, *self._for_some(at)]))]

    def _for_some(self, at: Appointment) -> list[str]:
        """For whom that appointment is, where another child waits for its own."""
        waiting = list(self.entry.persons.all())
        coming = who_comes(at, self.entry.family_id) if len(waiting) > 1 else []
        some = [person for person in waiting if person.pk in coming]
        names = children_of(self.entry.type, some) if 0 < len(some) < len(waiting) else ""
        return [f"{_('Pour')} {names}"] if names else []

    def _offer(self, offer: Offer) -> Proposed:
        round_ = offer.round
        place, spoken = round_.location, language()
        where = meeting_lines(round_.type.mode, place, discreet=round_.type.service.is_discreet)[0]
        answerable = offer.status == OfferStatus.LIVE and self.now < offer.expires_at
        status = OfferStatus.EXPIRED if offer.status == OfferStatus.LIVE and not answerable else offer.status
        return Proposed(
            when=moments.day(moments.local(offer.made_at, place.zone).date(), language=spoken),
            text=moments.moment(round_.starts_at, place.zone, language=spoken),
            where=where,
            detail=_what_became(offer, OfferStatus(status)),
            url=reverse("families:offer", args=[offer.token]) if answerable else "",
        )


def children_of(type_: AppointmentType, people: Iterable[Person]) -> str:
    """The first names of the children among them; a discreet service names nobody."""
    if type_.service.is_discreet:
        return ""
    return ", ".join(person.first_name for person in people if person.is_child)


def _what_became(offer: Offer, status: OfferStatus) -> str:
    """In words; `status` is that of the offer, or the one that its deadline has given it."""
    if offer.explanation.get("instead") == EntryStatus.PAUSED:
        return str(PAUSED_INSTEAD)
    if status == OfferStatus.VOID and "refused" in offer.explanation:
        return str(REFUSED)
    if status != OfferStatus.VOID or offer.round.status == RoundStatus.FILLED:
        return str(BECAME[status])
    return str(GONE if offer.round.status == RoundStatus.TAKEN else WITHDRAWN)


def _half_days(entry: WaitingListEntry) -> str:
    if entry.any_half_day:
        return _("N’importe quand")
    return "\n".join(str(HALF_DAYS[HalfDay(code)]) for code in entry.half_days)
