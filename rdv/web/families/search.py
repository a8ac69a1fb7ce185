"""From what is known of who comes to the slots that they may have."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest

from rdv import clock, moments
from rdv.booking.selectors import FirstSlot, Search
from rdv.booking.soonest import soonest
from rdv.models import AppointmentType, Location
from rdv.models.versions import Versions, read_versions
from rdv.scheduling.rules import TypeRules
from rdv.web.families.doors import scope_of
from rdv.web.families.draft import Draft
from rdv.web.families.who import attendees, is_known, people_count
from rdv.web.middleware import recognise


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a family is on its way: the type, the places that have it, and what it said."""

    type: AppointmentType
    places: list[Location]
    draft: Draft
    now: datetime
    versions: Versions

    @classmethod
    def of(cls, request: HttpRequest, type_slug: str) -> "Journey":
        """404 for a type that families can't book by themselves."""
        now = clock.now()
        versions = read_versions(now)
        recognise(request, versions.territories)
        found = scope_of(request).offer(type_slug, now, versions)
        if found is None:
            raise Http404
        return cls(found.type, found.places, Draft.of(request, type_slug), now, versions)

    def place(self, pk: int) -> Location:
        for place in self.places:
            if place.pk == pk:
                return place
        raise Http404

    def rules(self) -> TypeRules | None:
        """The rules in force today, at the first place that has the type."""
        if not self.places:
            return None
        today = moments.local(self.now, self.places[0].zone).date()
        return self.type.rules_for(self.places[0].organisation, today)

    @property
    def knows_who(self) -> bool:
        rules = self.rules()
        return rules is None or is_known(self.draft, rules, self.type)

    def soonest(self) -> list[FirstSlot]:
        """The first slot of every place, soonest first."""
        return soonest(self.search(), self.places, self.versions)

    def search(self) -> Search:
        return Search(
            type=self.type, now=self.now, attendees=people_count(self.draft), people=tuple(attendees(self.draft))
        )

    def duration(self) -> int:
        """Minutes that the family spends there."""
        return cast(TypeRules, self.rules()).slot_rules(people_count(self.draft)).duration if self.places else 0
