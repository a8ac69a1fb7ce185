"""What a family waits for: places, half-days, and the time that it needs to come."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from rdv.models import HalfDay, Location, WaitingListEntry
from rdv.web.families.contact_form import ContactForm
from rdv.web.forms import BaseForm, CardLabel, CheckboxCards, RadioCards, Switch

HALF_DAYS = {
    HalfDay.MON_AM: _("Lundi matin"),
    HalfDay.MON_PM: _("Lundi après-midi"),
    HalfDay.TUE_AM: _("Mardi matin"),
    HalfDay.TUE_PM: _("Mardi après-midi"),
    HalfDay.WED_AM: _("Mercredi matin"),
    HalfDay.WED_PM: _("Mercredi après-midi"),
    HalfDay.THU_AM: _("Jeudi matin"),
    HalfDay.THU_PM: _("Jeudi après-midi"),
    HalfDay.FRI_AM: _("Vendredi matin"),
    HalfDay.FRI_PM: _("Vendredi après-midi"),
    HalfDay.SAT_AM: _("Samedi matin"),
    HalfDay.SAT_PM: _("Samedi après-midi"),
}
NOTICES = [
    (120, _("Deux heures")),
    (300, _("Une demi-journée")),
    (1440, _("Un jour")),
    (2880, _("Deux jours")),
]


ANYWHERE, ANY_TIME = 0, "any"


class WishFields(forms.Form):
    """The questions; "anywhere" and "at any time" are ticked to begin with.

    Without JavaScript they stay ticked beside what the family adds: what it adds is what it means.
    """

    places = forms.TypedMultipleChoiceField(
        label=_("Où pouvez-vous venir ?"),
        coerce=int,
        widget=CheckboxCards,
        error_messages={"required": _("Cochez au moins un lieu.")},
    )
    half_days = forms.MultipleChoiceField(
        label=_("Quand êtes-vous disponible ?"),
        choices=[(ANY_TIME, _("N’importe quand")), *HALF_DAYS.items()],
        initial=[ANY_TIME],
        widget=CheckboxCards,
        error_messages={"required": _("Cochez au moins une demi-journée.")},
    )
    notice = forms.TypedChoiceField(
        label=_("De combien de temps avez-vous besoin pour venir ?"),
        coerce=int,
        choices=NOTICES,
        initial=120,
        widget=RadioCards,
    )
    standby = forms.BooleanField(
        label=_("Je peux aussi venir au dernier moment, le jour même"),
        help_text=_("Nous vous écrivons parfois moins de deux heures avant. Cela ne change pas votre rang."),
        required=False,
        widget=Switch,
    )

    def offer_places(self, places: Sequence[Location], wanted: Sequence[int]) -> None:
        """The places to choose among, and those ticked to begin with (anywhere when none is said)."""
        self.known = list(places)
        field = cast(forms.TypedMultipleChoiceField, self.fields["places"])
        named = [(place.pk, CardLabel(place.name, place.postal_address)) for place in places]
        field.choices = [(ANYWHERE, _("N’importe quel lieu")), *named]
        field.initial = [place.pk for place in places if place.pk in wanted] or [ANYWHERE]
        if len(places) < 2:
            del self.fields["places"]

    def start_from(self, entry: WaitingListEntry) -> None:
        """What the family said before is ticked, so that it changes only what has changed."""
        fields = self.fields
        known = [place.pk for place in entry.locations.all()]
        if "places" in fields:
            shown = [place.pk for place in self.known if place.pk in known]
            fields["places"].initial = [ANYWHERE] if entry.any_location or not shown else shown
        fields["half_days"].initial = [ANY_TIME] if entry.any_half_day else entry.half_days
        longer = [minutes for minutes, _label in NOTICES if minutes >= entry.notice_minutes]
        fields["notice"].initial = longer[0] if longer else NOTICES[-1][0]
        fields["standby"].initial = entry.standby

    def locations(self) -> list[Location] | None:
        """None = anywhere."""
        chosen = self.cleaned_data.get("places", [])
        named = [place for place in self.known if place.pk in chosen]
        if self._means_any("places", ANYWHERE, chosen) or len(named) == len(self.known) or len(self.known) < 2:
            return None
        return named

    def chosen_half_days(self) -> list[str] | None:
        """None = at any time."""
        chosen = self.cleaned_data["half_days"]
        wanted = [half_day for half_day in chosen if half_day != ANY_TIME]
        return None if self._means_any("half_days", ANY_TIME, chosen) or len(wanted) == len(HALF_DAYS) else wanted

    def _means_any(self, name: str, any_: Any, chosen: Sequence[Any]) -> bool:
        """Whether "any" stands alone, or was added to narrower wishes that the page proposed."""
        return any_ in chosen and (len(chosen) == 1 or any_ not in (self.fields[name].initial or []))


class EarlierForm(WishFields, BaseForm):
    """A family that is known already: it has an appointment and would come earlier, or changes its wishes."""

    field_order = ("places", "half_days", "notice", "standby")

    def __init__(self, *args: Any, places: Sequence[Location], wanted: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_places(places, wanted)


class WaitingForm(WishFields, ContactForm):
    """A family without an appointment: its wishes, who comes and how to reach it."""

    field_order = ("places", "half_days", "notice", "standby")

    def __init__(self, *args: Any, places: Sequence[Location], wanted: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for unasked in ("address", "silent"):
            self.fields.pop(unasked, None)
        self.offer_places(places, wanted)
