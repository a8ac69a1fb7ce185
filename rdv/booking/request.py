"""What a booking asks for, and what it gives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from rdv.booking.people import Who
from rdv.models import Appointment, AppointmentLink, AppointmentType, Family, Hold, Location, OfferRound, Participation
from rdv.models.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """A start to be booked for people.

    `agents` None = whoever receives; empty = nobody. `hold` is the family's own. `overbooking_reason` lets an agent
    book on purpose where the agent chosen is not free. `over_offers` lets an agent take a slot that is being
    offered. `request_key` names the request: repeating it books once; nobody looks for the name of a `is_first` one,
    which was made up for it. `round` is the round of offers whose slot is
    being accepted.
    """

    type: AppointmentType
    location: Location
    start: datetime
    who: Who
    by: Actor
    agents: Collection[int] | None = None
    hold: Hold | None = None
    overbooking_reason: str = ""
    over_offers: bool = False
    request_key: str | None = None
    is_first: bool = False
    round: OfferRound | None = None
    visit_address: str = ""

    @property
    def attendees(self) -> int:
        return len(self.who.persons)


@dataclass(frozen=True, slots=True)
class Booking:
    """`created` is false when the same request had already been honoured.

    `participations` are those that it made, in the order of the people who come; `agent_ids` those who receive.
    """

    appointment: Appointment
    family: Family
    link: AppointmentLink
    created: bool = True
    participations: Sequence[Participation] = ()
    agent_ids: Sequence[int] = ()
