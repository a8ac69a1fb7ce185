"""Who may be offered a freed slot: those who could book it now, want it, and can be told. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rdv.scheduling.rules import Attendee, Reason, TypeRules, may_move, why_not_admitted
from rdv.waitinglist.batches import REACTION
from rdv.waitinglist.ranking import Standing

OFFERS_PER_WEEK = 3
NOON = 12


class Skip(StrEnum):
    """Why a waiting family was passed over; kept in the round's log, so a value is never renamed."""

    ASKED_ALREADY = "asked_already"
    ITS_OWN = "its_own"
    OTHER_PLACE = "other_place"
    OTHER_HALF_DAY = "other_half_day"
    OTHER_AGENT = "other_agent"
    TOO_SHORT_NOTICE = "too_short_notice"
    NOT_EARLIER = "not_earlier"
    CANT_MOVE = "cant_move"
    DOESNT_FIT = "doesnt_fit"
    NOT_ADMITTED = "not_admitted"
    UNREACHABLE = "unreachable"
    HAS_AN_OFFER = "has_an_offer"
    ENOUGH_THIS_WEEK = "enough_this_week"
    AFTER_ANOTHER = "after_another"


SKIPPED_BECAUSE: dict[Skip, str] = {
    Skip.ASKED_ALREADY: "Ce créneau lui a déjà été proposé.",
    Skip.ITS_OWN: "C’est le créneau qu’elle vient de rendre.",
    Skip.OTHER_PLACE: "Elle souhaite un autre lieu.",
    Skip.OTHER_HALF_DAY: "Elle souhaite une autre demi-journée.",
    Skip.OTHER_AGENT: "Elle souhaite un autre agent, ou est suivie par un autre.",
    Skip.TOO_SHORT_NOTICE: "Elle a besoin de plus de temps pour venir.",
    Skip.NOT_EARLIER: "Son rendez-vous actuel n’est pas plus tard.",
    Skip.CANT_MOVE: "Il est trop tard pour déplacer son rendez-vous actuel.",
    Skip.DOESNT_FIT: "Le créneau est trop court pour le nombre d’enfants.",
    Skip.NOT_ADMITTED: "L’âge ou l’intervalle entre deux rendez-vous ne convient pas.",
    Skip.UNREACHABLE: "Aucun moyen de la prévenir.",
    Skip.HAS_AN_OFFER: "Elle a déjà une proposition en cours.",
    Skip.ENOUGH_THIS_WEEK: "Elle a reçu trois propositions en sept jours.",
    Skip.AFTER_ANOTHER: "Un agent l’a proposé d’abord à une autre famille.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is known of a waiting entry. `locations` and `half_days` None = any; empty = none.

    `people` come together: those who wait, or more when the appointment that would be moved is of more.
    """

    entry: int
    family: int
    priority: int
    waiting_since: datetime
    locations: Collection[int] | None
    half_days: Collection[str] | None
    agent: int | None
    own_agent: int | None
    notice: timedelta
    current_start: datetime | None
    attendees: Sequence[Attendee]
    people: int
    can_be_told: bool
    live_offers: int
    offers_this_week: int
    was_asked: bool

    @property
    def standing(self) -> Standing:
        return Standing(self.entry, self.priority, self.current_start is not None, self.waiting_since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """The slot, as far as eligibility goes. `fits[n]` says whether n people can come together."""

    start: datetime
    zone: str
    location: int
    agents: Collection[int]
    rules: TypeRules
    fits: Mapping[int, bool]
    given_back_by: Collection[int]

    @property
    def half_day(self) -> str:
        return half_day_of(self.start, self.zone)


def half_day_of(start: datetime, zone: str) -> str:
    """ISO weekday and half of the local day; Sunday has no code that a family may tick."""
    local = start.astimezone(ZoneInfo(zone))
    return f"{local.isoweekday()}-{'am' if local.hour < NOON else 'pm'}"


def why_not_offered(who: Candidate, slot: Opportunity, now: datetime) -> Skip | None:
    """The first reason to pass over this entry, or None: wishes, then the rules of booking, then reach and caps."""
    return _not_wanted(who, slot, now) or _not_possible(who, slot, now) or _not_now(who)


def _not_wanted(who: Candidate, slot: Opportunity, now: datetime) -> Skip | None:
    if who.was_asked:
        return Skip.ASKED_ALREADY
    if who.family in slot.given_back_by:
        return Skip.ITS_OWN
    if who.locations is not None and slot.location not in who.locations:
        return Skip.OTHER_PLACE
    if who.half_days is not None and slot.half_day not in who.half_days:
        return Skip.OTHER_HALF_DAY
    if who.agent is not None and who.agent not in slot.agents:
        return Skip.OTHER_AGENT
    return Skip.TOO_SHORT_NOTICE if now + REACTION + who.notice > slot.start else None


def _not_possible(who: Candidate, slot: Opportunity, now: datetime) -> Skip | None:
    if who.current_start is not None and who.current_start <= slot.start:
        return Skip.NOT_EARLIER
    if who.current_start is not None and not may_move(who.current_start, slot.rules.move_deadline, now):
        return Skip.CANT_MOVE
    if slot.rules.same_agent and who.own_agent is not None and who.own_agent not in slot.agents:
        return Skip.OTHER_AGENT
    if not slot.fits.get(who.people, False):
        return Skip.DOESNT_FIT
    on = slot.start.astimezone(ZoneInfo(slot.zone)).date()
    reason = why_not_admitted(slot.rules, who.attendees, on)
    return Skip.NOT_ADMITTED if reason and reason is not Reason.TOO_MANY_PEOPLE else None


def _not_now(who: Candidate) -> Skip | None:
    if not who.can_be_told:
        return Skip.UNREACHABLE
    return why_enough_offers(who.live_offers, who.offers_this_week)


def why_enough_offers(live: int, this_week: int) -> Skip | None:
    """Why a family gets no more: one at a time, three in seven days."""
    if live:
        return Skip.HAS_AN_OFFER
    return Skip.ENOUGH_THIS_WEEK if this_week >= OFFERS_PER_WEEK else None
