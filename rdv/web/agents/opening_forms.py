"""Forms of opening periods: a recurrence asked in plain words."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv.models import Agent, AppointmentType, Location, OpeningPeriod
from rdv.scheduling.recurrence import Freq, Recurrence, format_rrule, parse_rrule
from rdv.scheduling.recurrence.french import WEEKDAYS
from rdv.web.forms import BaseForm, ClockInput, DayField

ONCE, KEEP = "once", "keep"
EVERY = [
    ("1", gettext_lazy("Toutes les semaines")),
    ("2", gettext_lazy("Une semaine sur deux")),
    ("4", gettext_lazy("Toutes les quatre semaines")),
]


class PeriodForm(BaseForm):
    """Weekly or once; a rule of another shape (monthly, from a file) can be kept as it is."""

    agent = forms.ChoiceField(label=gettext_lazy("Agent"))
    location = forms.ChoiceField(label=gettext_lazy("Lieu"))
    types = forms.MultipleChoiceField(label=gettext_lazy("Motifs reçus"), widget=forms.CheckboxSelectMultiple)
    first_day = DayField(label=gettext_lazy("Premier jour"))
    start_time = forms.TimeField(label=gettext_lazy("De"), widget=ClockInput)
    end_time = forms.TimeField(label=gettext_lazy("À"), widget=ClockInput)
    every = forms.ChoiceField(label=gettext_lazy("Répétition"), widget=forms.RadioSelect, initial="1")
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Jours"),
        help_text=gettext_lazy("Sans choix, le jour de la semaine du premier jour."),
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS, 1)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = DayField(label=gettext_lazy("Jusqu’au"), required=False)
    skips_public_holidays = forms.BooleanField(
        label=gettext_lazy("Fermée les jours fériés"), required=False, initial=True
    )
    skips_school_holidays = forms.BooleanField(
        label=gettext_lazy("Fermée pendant les vacances scolaires"), required=False
    )
    label = forms.CharField(label=gettext_lazy("Intitulé"), max_length=80, required=False)

    def __init__(
        self,
        *args: Any,
        agents: Sequence[Agent],
        locations: Sequence[Location],
        types: Sequence[AppointmentType],
        kept_rule: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept_rule = kept_rule
        every = [(ONCE, _("Une seule fois")), *EVERY]
        if kept_rule:
            every.append((KEEP, kept_rule))
        choices: dict[str, list[tuple[str, Any]]] = {
            "agent": [(str(one.pk), one.full_name) for one in agents],
            "location": [(str(one.pk), one.name) for one in locations],
            "types": [(str(one.pk), one.agents_label) for one in types],
            "every": every,
        }
        for name, of_field in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = of_field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        if start and end and end <= start:
            self.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        if cleaned.get("until") and cleaned.get("first_day") and cleaned["until"] < cleaned["first_day"]:
            self.add_error("until", _("La fin ne peut pas précéder le premier jour."))
        return cleaned

    def fill(self, period: OpeningPeriod) -> OpeningPeriod:
        """Write the answers on a period, which is not saved."""
        cleaned = self.cleaned_data
        for name in ("first_day", "start_time", "end_time", "label", "skips_public_holidays", "skips_school_holidays"):
            setattr(period, name, cleaned[name])
        period.agent_id, period.location_id = int(cleaned["agent"]), int(cleaned["location"])
        if cleaned["every"] != KEEP:
            period.rrule = rrule_of(cleaned)
        return period


class ExceptionForm(BaseForm):
    """One day with other hours, or without any."""

    day = DayField(label=gettext_lazy("Jour"))
    start_time = forms.TimeField(label=gettext_lazy("De"), required=False, widget=ClockInput)
    end_time = forms.TimeField(
        label=gettext_lazy("À"),
        help_text=gettext_lazy("Sans heures, la plage est annulée ce jour-là."),
        required=False,
        widget=ClockInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        if bool(start) != bool(end) or (start and end and end <= start):
            self.add_error("end_time", _("Donnez les deux heures, dans l’ordre, ou aucune pour annuler."))
        return cleaned


def rrule_of(cleaned: dict[str, Any]) -> str:
    """The rule that the answers say; empty = once."""
    if cleaned["every"] == ONCE:
        return ""
    first: date = cleaned["first_day"]
    weekdays = tuple(sorted(int(number) for number in cleaned["weekdays"])) or (first.isoweekday(),)
    rule = Recurrence(first, Freq.WEEKLY, int(cleaned["every"]), weekdays=weekdays, until=cleaned["until"])
    return format_rrule(rule)


def initial_of(period: OpeningPeriod) -> dict[str, Any]:
    """The answers that give this period back."""
    rule = parse_rrule(period.rrule, period.first_day)
    plain = is_plain(rule)
    every = ONCE if rule.freq == Freq.ONCE else str(rule.interval)
    return {
        "agent": period.agent_id,
        "location": period.location_id,
        "types": [str(one.pk) for one in period.types.all()],
        "first_day": period.first_day,
        "start_time": period.start_time,
        "end_time": period.end_time,
        "every": every if plain else KEEP,
        "weekdays": [str(number) for number in rule.weekdays] if plain else [],
        "until": rule.until,
        "label": period.label,
        "skips_public_holidays": period.skips_public_holidays,
        "skips_school_holidays": period.skips_school_holidays,
    }


def is_plain(rule: Recurrence) -> bool:
    """Whether the form's own questions can say this rule."""
    weekly = rule.freq == Freq.WEEKLY and str(rule.interval) in dict(EVERY) and rule.count is None
    return rule.freq == Freq.ONCE or weekly
