"""The statistics of the teams one belongs to: who came, what was given back, and what became of it."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.models import AppointmentType, Organisation
from rdv.statistics.definitions import Attendance, Period, Refill
from rdv.statistics.reading import Figures
from rdv.web import figures as shown
from rdv.web.agents.workspace import AgentRequest, page, workspace
from rdv.web.fields import DayField
from rdv.web.forms import BaseForm

USUAL_DAYS = 91
FARTHEST_DAYS = 5 * 366
# The heads of the file, by the counts of `Attendance`.
COUNTED = {
    "seen": "honorés",
    "noshow": "absences",
    "excused": "annulés à temps",
    "late": "annulés trop tard",
    "revoked": "annulés par le service",
    "pending": "à renseigner",
    "online": "pris en ligne",
}


class PeriodForm(BaseForm):
    """What is counted, and with what it is compared."""

    first = DayField(label=gettext_lazy("Du"))
    last = DayField(label=gettext_lazy("Au"))
    organisation = forms.TypedChoiceField(label=gettext_lazy("Équipe"), required=False, coerce=int, empty_value=None)
    type = forms.TypedChoiceField(label=gettext_lazy("Motif"), required=False, coerce=int, empty_value=None)
    since = DayField(label=gettext_lazy("Comparer avant et après le"), required=False)

    def __init__(
        self, *args: Any, organisations: Sequence[Organisation], types: Sequence[AppointmentType], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("Tout"))]
        self._choices("organisation", everything + [(str(one.pk), one.name) for one in organisations])
        self._choices("type", everything + [(str(one.pk), one.public_label) for one in types])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last, since = (cleaned.get(name) for name in ("first", "last", "since"))
        if not first or not last:
            return cleaned
        if last < first:
            self.add_error("last", _("Le dernier jour ne peut pas précéder le premier."))
        elif (last - first).days > FARTHEST_DAYS:
            self.add_error("first", _("Choisissez cinq ans au plus."))
        elif since and not first < since <= last:
            self.add_error("since", _("Choisissez un jour de la période, après le premier."))
        return cleaned

    def _choices(self, name: str, choices: Any) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


@workspace(Right.SEE_AGENDA)
def figures(request: AgentRequest) -> HttpResponse:
    """The figures of a period beside those of the one before, or of its two parts."""
    organisations, types = list(request.scope.organisations().order_by("name")), list(_types(request))
    usual = {"first": request.today - timedelta(days=USUAL_DAYS), "last": request.today - timedelta(days=1)}
    asked = request.GET if "first" in request.GET else usual
    form = PeriodForm(asked, organisations=organisations, types=types, territory=request.territory)
    if not form.is_valid():
        return page(request, "agents/figures.html", {"form": form}, here="figures")
    chosen = form.cleaned_data
    source = Figures(
        territory=request.territory,
        organisations=_asked(chosen["organisation"], organisations),
        types=_asked(chosen["type"], types),
    )
    period = Period(chosen["first"], chosen["last"])
    if request.GET.get("format") == "csv":
        return _file(source, period, organisations, types)
    context = _context(source, period, chosen["since"])
    context["by_type"] = shown.lost_rows(_named(source.by("type", period), types))
    context["by_team"] = shown.lost_rows(_named(source.by("organisation", period), organisations))
    context |= {"form": form, "query": request.GET.urlencode()}
    return page(request, "agents/figures.html", context, here="figures")


def _types(request: AgentRequest) -> Any:
    services = request.scope.reachable_services
    return request.scope.types().filter(service__in=services).order_by("public_label", "pk")


def _asked(one: int | None, among: Sequence[Any]) -> list[int]:
    return [one] if one is not None else [found.pk for found in among]


def _named(found: dict[int, Attendance], among: Sequence[Any]) -> list[tuple[str, Attendance]]:
    """Those with figures, by name."""
    return [(str(one), found[one.pk]) for one in among if one.pk in found]


def _context(source: Figures, period: Period, since: date | None) -> dict[str, Any]:
    now, before = period, period.before()
    if since:
        before, now = period.split(since)
    attendance, earlier = source.attendance(now), source.attendance(before)
    refill, earlier_refill = source.refill(now), source.refill(before)
    return {
        "has_figures": bool(attendance.total or earlier.total),
        "has_earlier": bool(earlier.total),
        "keys": _keys(attendance, refill),
        "days": moments.days(now.first, now.last),
        "compare_caption": _("Les deux périodes, l’une à côté de l’autre"),
        "compare_columns": [_("Chiffre"), *(moments.days(one.first, one.last) for one in (before, now)), _("Écart")],
        "compared": _compared(earlier, attendance, earlier_refill, refill),
        "months": shown.lost_rows((shown.month_label(month), one) for month, one in source.by_month(period)),
        "leads": shown.refill_rows(source.refill_by_lead(period)),
        "lost_legend": [{"label": _("Absences"), "tone": "bad"}, {"label": _("Annulations tardives"), "tone": "warn"}],
        "month_columns": shown.lost_columns(_("Mois")),
        "type_columns": shown.lost_columns(_("Motif")),
        "team_columns": shown.lost_columns(_("Équipe")),
        "lead_columns": shown.refill_columns(),
        "meanings": shown.meanings(),
    }


def _keys(attendance: Attendance, refill: Refill) -> list[shown.Key]:
    of_awaited = _("de %s rendez-vous attendus") % shown.count(attendance.awaited)
    return [
        shown.Key(_("Absences"), shown.percent(attendance.absences), of_awaited),
        shown.Key(_("Annulations tardives"), shown.percent(attendance.late_cancellations), of_awaited),
        shown.Key(
            _("Créneaux redonnés"),
            shown.percent(refill.rate),
            _("de %s créneaux libérés") % shown.count(refill.freed),
        ),
        shown.Key(_("Délai médian"), shown.lasting(refill.median), _("pour redonner un créneau")),
    ]


def _compared(before: Attendance, now: Attendance, freed_before: Refill, freed_now: Refill) -> list[list[str]]:
    """Rows of the table: what, before, now, the gap."""
    shares = [
        (_("Absences"), before.absences, now.absences),
        (_("Annulations tardives"), before.late_cancellations, now.late_cancellations),
        (_("Absences et annulations tardives"), before.lost, now.lost),
        (_("Créneaux redonnés"), freed_before.rate, freed_now.rate),
        (_("Pris en ligne"), before.booked_online, now.booked_online),
    ]
    rows = [[label, shown.percent(old), shown.percent(new), shown.gap(new, old)] for label, old, new in shares]
    counted = [_("Rendez-vous attendus"), shown.count(before.awaited), shown.count(now.awaited), ""]
    return [counted, *rows]


def _file(
    source: Figures, period: Period, organisations: Sequence[Organisation], types: Sequence[AppointmentType]
) -> HttpResponse:
    """One row for each day, team and type: counts alone, so that everybody adds up as he wants."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="chiffres-{period.first}-{period.last}.csv"'
    response.write("\ufeff")  # or a spreadsheet reads the accents as another alphabet
    writer = csv.writer(response, delimiter=";")
    writer.writerow(["jour", "équipe", "motif", *COUNTED.values()])
    teams, labels = ({one.pk: str(one) for one in among} for among in (organisations, types))
    for row in source.days(period):
        counts = [getattr(row.attendance, name) for name in COUNTED]
        writer.writerow([row.day.isoformat(), teams[row.organisation], labels[row.type], *counts])
    return response
