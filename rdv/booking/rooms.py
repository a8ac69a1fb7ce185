"""Which rooms an appointment could have, while those of its place are locked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rdv.booking.locks import assert_in_transaction
from rdv.models import AppointmentType, Occupation, Room


@dataclass(frozen=True, slots=True)
class Rooms:
    """Those that suit the type, by ascending number: the free ones, and by room the rounds that alone keep others."""

    free: Sequence[int]
    offered: Mapping[int, Collection[int]]


def lock_rooms(
    type_: AppointmentType,
    location_id: int,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    leaving: int | None = None,
    ignoring_hold: int | None = None,
    ignoring_round: int | None = None,
    ignoring_appointment: int | None = None,
) -> Rooms:
    """Lock the rooms of a place and read which are free between two instants, buffers included.

    `leaving`: the place that a moved appointment leaves; its rooms are locked with the others, in one order, because
    they may be kept for an offer next. Holds and offers whose time has passed are removed.
    """
    assert_in_transaction()
    suitable = Room.objects.filter(
        location__in={location_id, leaving or location_id}, is_active=True, equipment__contains=type_.room_equipment
    )
    locked = list(suitable.order_by("pk").select_for_update(of=("self",), no_key=True))
    rooms = [room.pk for room in locked if room.location_id == location_id]
    rows = Occupation.objects.filter(room__in=rooms).overlapping(start, end)
    rows.filter(expires_at__lte=now).delete()
    own = {("hold", ignoring_hold), ("round", ignoring_round), ("appointment", ignoring_appointment)}
    taken: set[int | None] = set()
    offered: dict[int, set[int]] = defaultdict(set)
    for room, hold, round_, appointment in rows.values_list("room_id", "hold_id", "round_id", "appointment_id"):
        owner = ("hold", hold) if hold else ("round", round_) if round_ else ("appointment", appointment)
        if owner in own:
            continue
        if round_:
            offered[room or 0].add(round_)
        else:
            taken.add(room)
    return Rooms(
        free=[pk for pk in rooms if pk not in taken and pk not in offered],
        offered={pk: rounds for pk, rounds in sorted(offered.items()) if pk not in taken},
    )
