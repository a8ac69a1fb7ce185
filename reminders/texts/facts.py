"""What a message may say of an appointment or an offer: the day, the hour, the place, a link, whom to call.

Nothing else can be said: no type, no surname, no address of a family, no free text ever reaches a template (rules §6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from rdv import moments
from rdv.models import Location, Mode, Service
from rdv.moment_words import words
from rdv.phones import Phone

HOME = {
    "fr": "à votre domicile",
    "en": "at your home",
    "es": "en su domicilio",
    "pt": "em sua casa",
    "ro": "la domiciliul dvs.",
    "tr": "evinizde",
    "ar": "في منزلكم",
    "uk": "у вас вдома",
}
PHONE = {
    "fr": "par téléphone",
    "en": "by phone",
    "es": "por teléfono",
    "pt": "por telefone",
    "ro": "prin telefon",
    "tr": "telefonla",
    "ar": "عبر الهاتف",
    "uk": "телефоном",
}
VIDEO = {
    "fr": "en visioconférence",
    "en": "by video",
    "es": "por videollamada",
    "pt": "por vídeo",
    "ro": "prin video",
    "tr": "görüntülü",
    "ar": "عبر الفيديو",
    "uk": "по відео",
}
WITHOUT_PLACE = {Mode.HOME: HOME, Mode.PHONE: PHONE, Mode.VIDEO: VIDEO}
# A place's name is never longer than that in an SMS that would not fit otherwise.
SHORTEST_PLACE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as messages tell it. `zone` is the place's."""

    start: datetime
    zone: str
    mode: str
    location: Location
    service: Service

    def day(self, language: str) -> str:
        return moments.day(moments.local(self.start, self.zone).date(), language=language)

    def moment(self, language: str) -> str:
        """In an e-mail: "mardi 12 janvier à 9 h 30"."""
        return moments.moment(self.start, self.zone, language=language)

    def hour(self, language: str) -> str:
        """In an SMS: "9h30"."""
        there = moments.local(self.start, self.zone)
        if language != "fr":
            return f"{there.hour}:{there.minute:02}"
        return f"{there.hour}h{there.minute:02}" if there.minute else f"{there.hour}h"

    def place(self, language: str, *, short: bool = False) -> str:
        """The name of the place; of a discreet service its street; at home, by phone, by video as such."""
        elsewhere = WITHOUT_PLACE.get(Mode(self.mode))
        if elsewhere:
            return elsewhere.get(language, elsewhere["fr"])
        if self.service.is_discreet:
            return ", ".join(part for part in (self.location.address, self.location.city) if part)
        return self.location.label if short else self.location.name

    def address(self) -> str:
        """Where to go; nothing when the family stays at home."""
        return self.location.postal_address if self.mode == Mode.ON_SITE else ""

    def phone(self) -> str:
        """Whom to call about it."""
        organisation = self.location.organisation
        return self.location.phone or organisation.phone or organisation.territory.phone


@lru_cache(maxsize=1024)
def readable_phone(number: str) -> str:
    """A number as people write it: "01 99 00 00 01"."""
    return Phone(number).spoken if number.startswith("+") else number


def link_of(site: str, token: str) -> str:
    """The address of one appointment for one family, on its territory's site."""
    return f"{site}/r/{token}/"


def wait_link(site: str, token: str) -> str:
    """The address of a family's place on the waiting list."""
    return f"{site}/liste-attente/suivi/{token}/"


def invitation_link(site: str, token: str) -> str:
    """The address of an invitation to book what comes next."""
    return f"{site}/i/{token}/"


def offer_link(site: str, token: str) -> str:
    """The address of an offer."""
    return f"{site}/liste-attente/offre/{token}/"


Shortening = tuple[Callable[[Meeting, str], str], Callable[[Meeting, str], str]]


def _long_moment(meeting: Meeting, language: str) -> str:
    joined = words(language).at
    return joined.format(day=meeting.day(language), hour=meeting.hour(language))


def _short_moment(meeting: Meeting, language: str) -> str:
    return moments.short(meeting.start, meeting.zone, language=language)


# How an SMS is made shorter, step by step, until it fits.
SHORTENINGS: tuple[Shortening, ...] = (
    (_long_moment, lambda meeting, language: meeting.place(language)),
    (_long_moment, lambda meeting, language: meeting.place(language, short=True)),
    (_short_moment, lambda meeting, language: meeting.place(language, short=True)),
    (_short_moment, lambda meeting, language: meeting.place(language, short=True)[:SHORTEST_PLACE].rstrip(" ,")),
)
