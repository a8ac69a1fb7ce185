"""From what is known of who comes to the slots that they may have."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest

from rdv import clock, moments
from rdv.booking.selectors import FirstSlot, Search
from rdv.booking.soonest import soonest
from rdv.models import AppointmentType, Channel, Location
from rdv.models.actor import Actor
from rdv.models.versions import Versions, read_versions
from rdv.scheduling.rules import TypeRules
from rdv.web.families.doors import scope_of, territory_of
from rdv.web.families.draft import Draft
from rdv.web.families.invited import Invited
from rdv.web.families.who import attendees, is_known, most_people, people_count
from rdv.web.middleware import recognise


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a family is on its way: the type, the places that have it, and what it said."""

    type: AppointmentType
    places: list[Location]
    draft: Draft
    now: datetime
    versions: Versions
    invited: Invited | None = None

    @classmethod
    def of(cls, request: HttpRequest, type_slug: str) -> "Journey":
        """404 for a type that families can't book by themselves, unless this session came by an invitation to it."""
        now = clock.now()
        versions = read_versions(now)
        recognise(request, versions.territories)
        found = scope_of(request).offer(type_slug, now, versions)
        draft = Draft.of(request, type_slug)
        if found is not None:
            return cls(found.type, found.places, draft, now, versions)
        invited = Invited.opening(draft.invitation, type_slug, territory_of(request), now)
        found = scope_of(request).offer_to_the_invited(type_slug, now) if invited else None
        if found is None or invited is None:
            raise Http404
        _name_the_invited(draft, invited, found.type)
        return cls(found.type, found.places, draft, now, versions, invited)

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
            type=self.type,
            now=self.now,
            booker=self.by.booker,
            attendees=people_count(self.draft),
            people=tuple(attendees(self.draft)),
        )

    @property
    def by(self) -> Actor:
        """Who books: anybody, or a family by its invitation."""
        return self.invited.by if self.invited else Actor.family(Channel.WEB)

    def duration(self) -> int:
        """Minutes that the family spends there."""
        return cast(TypeRules, self.rules()).slot_rules(people_count(self.draft)).duration if self.places else 0


def _name_the_invited(draft: Draft, invited: Invited, type_: AppointmentType) -> None:
    """An invitation says who comes, whatever was typed; a date of birth that the file lacks is the family's to say."""
    people = invited.people()[: most_people(type_)]
    births = [person.birth_date.isoformat() for person in people if person.birth_date]
    draft.count = len(people)
    if len(births) == len(people):
        draft.births = births
