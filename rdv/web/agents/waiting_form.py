"""What a family waits for, as an agent asks it on the phone."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.models import Agent, Appointment, AppointmentType, HalfDay, Location, WaitingListEntry
from rdv.waitinglist.entries import USUAL_NOTICE, Wish
from rdv.web.agents.booking_form import PeopleForm
from rdv.web.forms import BaseForm, Switch

PRIORITIES = [
    ("0", gettext_lazy("Ordinaire")),
    ("1", gettext_lazy("Prioritaire")),
    ("2", gettext_lazy("Très prioritaire")),
]
NOTICES = [
    ("60", gettext_lazy("1 heure")),
    ("120", gettext_lazy("2 heures")),
    ("240", gettext_lazy("4 heures")),
    ("1440", gettext_lazy("1 jour")),
    ("2880", gettext_lazy("2 jours")),
]


class SometimesNeeded(forms.CharField):
    """Neither required nor optional: its help text says when it is asked for."""

    is_conditional = True


class PriorityForm(BaseForm):
    """A class other than the ordinary one has its reason: it is kept, and it is asked for."""

    priority = forms.ChoiceField(label=gettext_lazy("Priorité"), choices=PRIORITIES, initial="0")
    priority_reason = SometimesNeeded(
        label=gettext_lazy("Raison de la priorité"),
        help_text=gettext_lazy("Demandée pour toute priorité autre qu’ordinaire ; elle est gardée."),
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("priority") != "0" and not cleaned.get("priority_reason", "").strip():
            self.add_error("priority_reason", _("Donnez la raison de la priorité."))
        return cleaned


class WaitingForm(PeopleForm, PriorityForm):
    """Nothing ticked means "anywhere", or "any half-day", and says so."""

    type = forms.ChoiceField(label=gettext_lazy("Motif"))
    locations = forms.MultipleChoiceField(
        label=gettext_lazy("Lieux"),
        help_text=gettext_lazy("Sans choix, n’importe quel lieu."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    half_days = forms.MultipleChoiceField(
        label=gettext_lazy("Demi-journées"),
        help_text=gettext_lazy("Sans choix, n’importe quand."),
        choices=HalfDay.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    notice = forms.ChoiceField(
        label=gettext_lazy("Temps qu’il lui faut pour venir"), choices=NOTICES, initial=str(USUAL_NOTICE)
    )
    standby = forms.BooleanField(
        label=gettext_lazy("Peut venir au dernier moment, le jour même"), required=False, widget=Switch
    )
    agent = forms.ChoiceField(label=gettext_lazy("Avec"), required=False)

    def __init__(
        self,
        *args: Any,
        types: Sequence[AppointmentType],
        places: Sequence[Location],
        agents: Sequence[Agent],
        earlier_than: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.types, self.places, self.agents, self.earlier_than = types, places, agents, earlier_than
        choices = {
            "type": [(str(one.pk), one.agents_label) for one in types],
            "locations": [(str(one.pk), one.name) for one in places],
            "agent": [("", _("N’importe qui")), *((str(one.pk), one.full_name) for one in agents)],
        }
        for name, of_field in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = of_field
        # What it waits for comes before how urgent it is.
        self.order_fields([name for name in self.fields if name not in PriorityForm.base_fields])

    def start_from(self, entry: WaitingListEntry) -> None:
        """What the family waits for already: joining again changes it and keeps its place."""
        known = {
            "persons": [str(person.pk) for person in entry.persons.all()],
            "locations": [] if entry.any_location else [str(place.pk) for place in entry.locations.all()],
            "half_days": [] if entry.any_half_day else entry.half_days,
            "notice": str(entry.notice_minutes),
            "standby": entry.standby,
            "agent": str(entry.agent_id or ""),
            "priority": str(entry.priority),
            "priority_reason": entry.priority_reason,
        }
        for name, value in known.items():
            self.fields[name].initial = value
        notice = cast(forms.ChoiceField, self.fields["notice"])
        if known["notice"] not in dict(NOTICES):
            # A family chooses among other delays on its own page.
            own = (str(entry.notice_minutes), moments.duration(entry.notice_minutes))
            notice.choices = sorted([*NOTICES, own], key=lambda each: int(each[0]))

    def wish(self) -> Wish:
        cleaned = self.cleaned_data
        locations = [one for one in self.places if str(one.pk) in cleaned["locations"]]
        return Wish(
            type=next(one for one in self.types if str(one.pk) == cleaned["type"]),
            who=self.who(),
            locations=locations or None,
            half_days=cleaned["half_days"] or None,
            notice_minutes=int(cleaned["notice"]),
            standby=cleaned["standby"],
            current_appointment=self._at_hand(int(cleaned["type"])),
            agent=next((one for one in self.agents if str(one.pk) == cleaned["agent"]), None),
            priority=int(cleaned["priority"]),
            priority_reason=cleaned["priority_reason"].strip(),
        )

    def _at_hand(self, type_id: int) -> Appointment | None:
        """The appointment that the family would have earlier, as long as it is of that type."""
        at_hand = self.earlier_than
        return at_hand if at_hand is not None and at_hand.type_id == type_id else None
