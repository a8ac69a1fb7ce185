"""Figures as people read them: shares with their bars, and what each of them means. Shared by both sites; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rdv import moments
from rdv.statistics.definitions import Attendance, Lead, Refill, Share

NBSP = "\u00a0"
UNTOLD = "–"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar, in hundredths of its length. `tone` is one of bad, warn, good, brand."""

    start: float
    length: float
    tone: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row of components/bars.html: what it is about, its cells in words, and the same as a bar."""

    label: str
    cells: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One figure in large, and what it is a share of."""

    label: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The definition of a figure."""

    label: str
    text: str


def count(number: int) -> str:
    """A number as "12 345", with spaces that don't break."""
    return number_format(number, 0, use_l10n=True, force_grouping=True)


def percent(share: Share, *, published: bool = False) -> str:
    """A share as "12,3 %"; a dash for a share of nothing, or of too few for a public page."""
    if share.percent is None or (published and not share.may_be_published):
        return UNTOLD
    return f"{number_format(round(share.percent, 1), 1)}{NBSP}%"


def gap(now: Share, before: Share) -> str:
    """How many points more or less: "−2,1 points"."""
    if now.percent is None or before.percent is None:
        return UNTOLD
    points = round(now.percent - before.percent, 1)
    sign = "+" if points > 0 else "−" if points < 0 else ""
    amount = number_format(abs(points), 1)
    return sign + ngettext("%s point", "%s points", 1 if abs(points) < 2 else 2) % amount


def lasting(time: timedelta | None) -> str:
    """A median in the unit that says most: "12 min", "3 h 20", "2 jours"."""
    if time is None:
        return UNTOLD
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 24 * 60:
        return moments.duration(minutes, language=get_language() or "fr")
    days = round(minutes / (24 * 60))
    return ngettext("%d jour", "%d jours", days) % days


def lead_label(lead: Lead) -> str:
    """When a slot was given back."""
    return {
        Lead.LAST_HOURS: _("Moins de 2 heures avant"),
        Lead.SAME_DAY: _("De 2 à 24 heures avant"),
        Lead.DAYS: _("De 1 à 3 jours avant"),
        Lead.WEEK: _("De 3 à 7 jours avant"),
        Lead.LONG: _("Plus de 7 jours avant"),
    }[lead]


def month_label(month: date) -> str:
    """A month as "mars 2026"."""
    return date_format(month, "F Y")


def lost_rows(rows: Iterable[tuple[str, Attendance]], *, published: bool = False) -> list[BarRow]:
    """Absences and late cancellations one behind the other, all rows on one scale. Columns: `lost_columns`."""
    found = list(rows)
    scale = max([1.0, *(one.lost.percent or 0 for _label, one in found if one.lost.may_be_published)])
    return [
        BarRow(
            label,
            (
                count(one.awaited),
                percent(one.absences, published=published),
                percent(one.late_cancellations, published=published),
            ),
            _behind(((one.absences, "bad"), (one.late_cancellations, "warn")), scale),
        )
        for label, one in found
    ]


def lost_columns(what: str) -> tuple[str, ...]:
    """The heads of `lost_rows`; `what` names the rows."""
    return (what, _("Attendus"), _("Absences"), _("Annulations tardives"))


def refill_rows(rows: Iterable[tuple[Lead, Refill]], *, published: bool = False) -> list[BarRow]:
    """Slots given back and taken again, by lead time. Columns: `refill_columns`."""
    return [
        BarRow(
            lead_label(lead),
            (
                count(one.freed),
                percent(one.rate, published=published),
                lasting(one.median if one.rate.may_be_published or not published else None),
            ),
            _behind(((one.rate, "good"),), 100),
        )
        for lead, one in rows
    ]


def refill_columns() -> tuple[str, ...]:
    """The heads of `refill_rows`."""
    return (_("Libérés"), _("Créneaux libérés"), _("Redonnés"), _("Délai médian"))


def meanings() -> list[Meaning]:
    """What each figure means, in the words of the pages."""
    return [
        Meaning(
            _("Rendez-vous attendus"),
            _(
                "Les rendez-vous honorés, les absences et les annulations tardives : "
                "ceux pour lesquels un professionnel était là."
            ),
        ),
        Meaning(
            _("Absences"),
            _("Part des rendez-vous attendus où la famille n’est pas venue et n’avait pas prévenu."),
        ),
        Meaning(
            _("Annulations tardives"),
            _(
                "Part des rendez-vous attendus que la famille a annulés après le délai du motif, "
                "deux heures avant le plus souvent."
            ),
        ),
        Meaning(
            _("Créneaux redonnés"),
            _(
                "Part des créneaux individuels qu’une famille a rendus avant l’heure, "
                "en annulant ou en déplaçant, et qu’une autre famille a pris. "
                "Le temps repris par le service n’en fait pas partie."
            ),
        ),
        Meaning(
            _("Délai médian"),
            _("La moitié des créneaux redonnés l’ont été plus vite, de l’annulation à la nouvelle réservation."),
        ),
        Meaning(
            _("Pris en ligne"),
            _("Part des rendez-vous pris par la famille elle-même : sur le site, par SMS ou par une proposition."),
        ),
    ]


def _behind(shares: Iterable[tuple[Share, str]], scale: float) -> tuple[Part, ...]:
    """A bar of too few would be the longest of the table, and mean the least: it has none."""
    start, parts = 0.0, []
    for share, tone in shares:
        if not share.percent or not share.may_be_published:
            continue
        length = round(100 * share.percent / scale, 2)
        parts.append(Part(round(start, 2), length, tone))
        start += length
    return tuple(parts)
