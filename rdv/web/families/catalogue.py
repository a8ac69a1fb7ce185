"""The types that families may book, by the situation they are in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from rdv import moments
from rdv.models import AppointmentType, Audience, BookableBy, Mode

WAITING = "families:waiting"
# In the order of the page, with the icon of those who have no other.
HEADINGS: dict[Audience, tuple[str, str]] = {
    Audience.CHILD: (gettext_noop("Pour mon enfant"), "stethoscope"),
    Audience.PREGNANCY: (gettext_noop("J’attends un enfant"), "heart-handshake"),
    Audience.ONESELF: (gettext_noop("Pour moi, en toute discrétion"), "lock"),
    Audience.CAREGIVER: (gettext_noop("Je garde des enfants"), "user"),
}


@dataclass(frozen=True, slots=True)
class TypeCard:
    title: str
    text: str
    note: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Situation:
    title: str
    anchor: str
    cards: list[TypeCard]


def public_label(type: AppointmentType) -> str:
    """As a family reads it: nobody types no-break spaces in a catalogue, and a line must not begin with a colon."""
    return re.sub(r" (?=[:;?!»])", moments.NBSP, type.public_label)


def is_for_families(type: AppointmentType) -> bool:
    """Whether families book it by themselves."""
    return type.is_active and type.bookable_by == BookableBy.EVERYONE


def is_for_the_invited(type: AppointmentType) -> bool:
    """Whether a family books it by itself once it is invited; an invitation alone opens some."""
    return type.is_active and type.bookable_by in (BookableBy.EVERYONE, BookableBy.INVITED)


def brings_children(type: AppointmentType) -> bool:
    """Whether those who come are children, named apart from whoever books."""
    return type.audience == Audience.CHILD


def situations(types: Iterable[AppointmentType], *, page: str = "families:places", query: str = "") -> list[Situation]:
    """The catalogue in its order, under the headings that have something; each card leads to `page`, with `query`."""
    by_audience: dict[Audience, list[TypeCard]] = {}
    for one in types:
        by_audience.setdefault(Audience(one.audience), []).append(_card(one, _url(one, page, query)))
    return [
        Situation(_(title), audience.value, by_audience[audience])
        for audience, (title, _icon) in HEADINGS.items()
        if audience in by_audience
    ]


def _card(type: AppointmentType, url: str) -> TypeCard:
    return TypeCard(
        title=public_label(type),
        text=type.description,
        note=ages(type) or _modes(type),
        icon=_icon(type),
        url=url,
    )


def _url(type: AppointmentType, page: str, query: str) -> str:
    return f"{reverse(page)}?motif={type.slug}" if page == WAITING else reverse(page, args=[type.slug]) + query


def ages(type: AppointmentType) -> str:
    """The ages admitted, as people count them: "de 2 mois à 6 ans"."""
    low, high = type.age_min_months, type.age_max_months
    if low and high:
        return _("de %(low)s à %(high)s") % {"low": _age(low), "high": _age(high)}
    if high:
        return _("jusqu’à %(high)s") % {"high": _age(high)}
    return _("à partir de %(low)s") % {"low": _age(low)} if low else ""


def _age(months: int) -> str:
    """Months below two years, whole years beyond."""
    if months < 24 or months % 12:
        return ngettext("%(n)s mois", "%(n)s mois", months) % {"n": months}
    return ngettext("%(n)s an", "%(n)s ans", months // 12) % {"n": months // 12}


def _modes(type: AppointmentType) -> str:
    if type.is_collective:
        return _("en groupe")
    return {Mode.HOME: _("à domicile"), Mode.PHONE: _("par téléphone"), Mode.VIDEO: _("en visioconférence")}.get(
        Mode(type.mode), ""
    )


def _icon(type: AppointmentType) -> str:
    if type.is_collective:
        return "users"
    by_mode = {Mode.HOME: "home", Mode.PHONE: "phone", Mode.VIDEO: "video"}
    return by_mode.get(Mode(type.mode)) or HEADINGS[Audience(type.audience)][1]
