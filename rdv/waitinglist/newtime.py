"""Offer newly opened time to those who wait: its first slots, few at a time; the rest is everybody's."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import Count, Min

from rdv.booking.events import FreedTime, SlotFreed, TimeOpened
from rdv.booking.selectors import Search, slots_at
from rdv.models import AppointmentType, Location, OfferRound, WaitingListEntry
from rdv.scheduling.rules import Booker
from rdv.scheduling.slots import Slot
from rdv.waitinglist.opening import open_round

MOST_ROUNDS = 5
# Of a long opening where nobody could be asked, so many slots are tried.
MOST_TRIES = 40


def open_rounds(event: TimeOpened) -> list[OfferRound]:
    """Rounds for the first new slots: no more than families that wait for the type, and MOST_ROUNDS in all.

    The type whose first family has waited longest comes first.
    """
    by_type: dict[int, dict[int, list[FreedTime]]] = defaultdict(lambda: defaultdict(list))
    for time in event.opened:
        by_type[time.type_id][time.location_id].append(time)
    waited = WaitingListEntry.objects.waiting().filter(type__in=by_type, type__is_collective=False)
    counted = waited.values("type").annotate(families=Count("pk"), since=Min("waiting_since")).order_by("since")
    rounds: list[OfferRound] = []
    for row in counted:
        most = min(len(rounds) + row["families"], MOST_ROUNDS)
        for freed in islice(_new_slots(row["type"], by_type[row["type"]], event), MOST_TRIES):
            if len(rounds) >= most:
                break
            round_ = open_round(SlotFreed(at=event.at, by=event.by, freed=freed, appointment=None))
            rounds += [round_] if round_ else []
    return rounds


def _new_slots(type_id: int, places: dict[int, list[FreedTime]], event: TimeOpened) -> Iterator[FreedTime]:
    """The free slots that there are thanks to the new time, place by place, in order of start."""
    type_ = AppointmentType.objects.with_rules().get(pk=type_id)
    for location in Location.objects.select_related("organisation__territory").filter(pk__in=places).order_by("pk"):
        times = places[location.pk]
        search = Search(
            type=type_,
            now=event.at,
            booker=Booker.AGENT,
            agents=sorted({time.agent_id for time in times}),
            after=max(event.at, min(time.starts_at for time in times)),
            before=max(time.ends_at for time in times),
        )
        for slot in slots_at(search, location):
            agent = _newly_there(slot, times)
            if agent is not None:
                yield FreedTime(type_id, location.pk, agent, slot.start, slot.end)


def _newly_there(slot: Slot, times: Sequence[FreedTime]) -> int | None:
    """The agent who receives at this slot thanks to the new time."""
    for time in times:
        if time.agent_id in slot.agents and time.starts_at < slot.end and slot.start < time.ends_at:
            return time.agent_id
    return None
