"""What anybody may see of a territory without an account: its catalogue, its places, its communes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from rdv.models import Appointment, AppointmentType, BookableBy, Commune, Location, OpeningPeriod, Territory
from rdv.models.appointment_type import AppointmentTypeQuerySet
from rdv.models.organisation import LocationQuerySet
from rdv.models.text import search_key
from rdv.models.versions import Versions

MOST_COMMUNES = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A type that families may book, with the places that have it. Shared between requests: to be read alone."""

    type: AppointmentType
    places: list[Location]


# (territory, slug) -> what was offered under these versions. Bounded by the types of the instance.
_offers: dict[tuple[int, str], tuple[tuple[bytes, ...], Offer]] = {}


@dataclass(frozen=True, slots=True)
class PublicScope:
    """The families' site starts from here, as the workspace starts from `Scope`."""

    territory: Territory

    def types(self) -> AppointmentTypeQuerySet:
        """What families may book by themselves, ready for a search."""
        return AppointmentType.objects.filter(territory=self.territory).for_families().with_rules()

    def type(self, slug: str) -> AppointmentType | None:
        return self.types().filter(slug=slug).first()

    def offer(self, slug: str, now: datetime, versions: Versions) -> Offer | None:
        """The type with its places, as it stood when the versions were read; no query when nothing has changed."""
        kept = _offers.get((self.territory.pk, slug))
        if kept and kept[0] == versions.offer:
            return kept[1]
        found = self.type(slug)
        if found is None:
            return None
        offer = Offer(found, self.locations_for(found, now))
        if not found.is_collective:  # a session that begins or is planned changes the places of its type
            _offers[self.territory.pk, slug] = versions.offer, offer
        return offer

    def offer_to_the_invited(self, slug: str, now: datetime) -> Offer | None:
        """A type that is booked by invitation alone; whoever asks has found the invitation."""
        every = AppointmentType.objects.filter(territory=self.territory, bookable_by=BookableBy.INVITED)
        found = every.active().with_rules().filter(slug=slug).first()
        return Offer(found, self.locations_for(found, now)) if found else None

    def locations(self) -> LocationQuerySet:
        everywhere = Location.objects.filter(organisation__territory=self.territory).active()
        return everywhere.select_related("organisation__territory").order_by("name", "pk")

    def locations_for(self, type: AppointmentType, now: datetime) -> list[Location]:
        """The places where somebody receives for this type, or where a session is planned; full ones included."""
        hours = OpeningPeriod.objects.filter(location=OuterRef("pk"), types=type)
        sessions = Appointment.objects.filter(location=OuterRef("pk"), type=type, is_collective=True)
        found = self.locations().select_related(None).filter(Exists(hours) | Exists(sessions.filter(starts_at__gt=now)))
        return [location for location in self._placed(found) if type.offered_at(location.organisation)]

    def _placed(self, locations: Iterable[Location]) -> Iterator[Location]:
        """Each with its organisation, made once for all of its places, and with our territory."""
        organisations = {one.pk: one for one in self.territory.organisations.all()}
        for organisation in organisations.values():
            organisation.territory = self.territory
        for location in locations:
            location.organisation = organisations[location.organisation_id]
            yield location

    def location(self, pk: int) -> Location | None:
        return self.locations().filter(pk=pk).first()

    def communes(self, words: str) -> list[Commune]:
        """Communes whose name begins so, or with this postcode: "orge", "Saint-Jean", "99120"."""
        key = search_key(words)
        if not key:
            return []
        named = Q(search_key__startswith=key) | Q(search_key__contains=f" {key}")
        every = Commune.objects.filter(territory=self.territory)
        return list(every.filter(named | Q(postcodes__contains=[key])).order_by("search_key")[:MOST_COMMUNES])

    def commune(self, insee_code: str) -> Commune | None:
        found = Commune.objects.filter(territory=self.territory, insee_code=insee_code)
        return found.prefetch_related("locations").first()
