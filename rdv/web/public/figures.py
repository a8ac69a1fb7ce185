"""What everybody may know: the figures of the whole territory, in which nobody is seen."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rdv import clock, moments
from rdv.models import Territory
from rdv.statistics.definitions import Attendance, Period, Refill
from rdv.statistics.reading import Figures
from rdv.web import figures as shown

YEAR = timedelta(days=364)


@login_not_required
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Twelve months of figures beside the twelve before; shares of fewer than eleven are not shown."""
    territory = getattr(request, "territory", None)
    return render(request, "public/statistics.html", _context(territory) if territory else {})


def _context(territory: Territory) -> dict[str, Any]:
    yesterday = moments.local(clock.now(), territory.time_zone).date() - timedelta(days=1)
    year = Period(yesterday - YEAR, yesterday)
    source = Figures(territory=territory)
    attendance, refill = source.attendance(year), source.refill(year)
    earlier = source.attendance(year.before())
    if not attendance.total:
        return {}
    return {
        "days": moments.days(year.first, year.last, language=get_language() or "fr"),
        "keys": _keys(attendance, refill),
        "has_earlier": bool(earlier.total),
        "compared": _compared(earlier, source.refill(year.before()), attendance, refill),
        "compare_columns": [_("Chiffre"), _("Douze mois d’avant"), _("Douze derniers mois")],
        "months": shown.lost_rows(
            ((shown.month_label(month), one) for month, one in source.by_month(year)), published=True
        ),
        "month_columns": shown.lost_columns(_("Mois")),
        "lost_legend": [{"label": _("Absences"), "tone": "bad"}, {"label": _("Annulations tardives"), "tone": "warn"}],
        "leads": shown.refill_rows(source.refill_by_lead(year), published=True),
        "lead_columns": shown.refill_columns(),
        "meanings": shown.meanings(),
    }


def _keys(attendance: Attendance, refill: Refill) -> list[shown.Key]:
    told = refill.median if refill.rate.may_be_published else None
    return [
        shown.Key(_("Rendez-vous honorés"), shown.count(attendance.seen), _("en douze mois")),
        shown.Key(_("Absences"), shown.percent(attendance.absences, published=True), _("des rendez-vous attendus")),
        shown.Key(
            _("Pris en ligne"),
            shown.percent(attendance.booked_online, published=True),
            _("des rendez-vous pris"),
        ),
        shown.Key(_("Créneaux redonnés"), shown.percent(refill.rate, published=True), _("des créneaux libérés")),
        shown.Key(_("Délai médian"), shown.lasting(told), _("pour redonner un créneau")),
    ]


def _compared(earlier: Attendance, freed: Refill, attendance: Attendance, refill: Refill) -> list[list[str]]:
    shares = [
        (_("Absences"), earlier.absences, attendance.absences),
        (_("Annulations tardives"), earlier.late_cancellations, attendance.late_cancellations),
        (_("Créneaux redonnés"), freed.rate, refill.rate),
        (_("Pris en ligne"), earlier.booked_online, attendance.booked_online),
    ]
    counted = [_("Rendez-vous attendus"), shown.count(earlier.awaited), shown.count(attendance.awaited)]
    return [counted, *([label, *(shown.percent(one, published=True) for one in both)] for label, *both in shares)]
