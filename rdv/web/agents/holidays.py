"""What a day is, at the head of an agenda: a public holiday, school holidays."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from rdv.access.holidays import Place, holidays_of
from rdv.models import Territory
from rdv.scheduling.holidays import school_holidays
from rdv.web.agents.lines import Tag


def day_tags(day: date, places: Iterable[Place], territory: Territory) -> list[Tag]:
    """Nothing for an ordinary day. Asks the database nothing."""
    shown = list(places) or [Place.anywhere(territory)]
    tags = []
    for holiday in holidays_of(day, shown):
        words = {"name": holiday.name.replace("'", "’"), "places": ", ".join(holiday.places)}
        text = _("Jour férié : %(name)s (%(places)s)") if holiday.places else _("Jour férié : %(name)s")
        tags.append(Tag(text % words, "accent", "calendar-x"))
    zone = territory.school_zone
    if zone and day in school_holidays(zone, day, day):
        tags.append(Tag(_("Vacances scolaires, zone %s") % zone))
    return tags
