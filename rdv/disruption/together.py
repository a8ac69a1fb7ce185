"""A family that comes for several appointments in a row (two children, two motifs) comes once: they stay together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from rdv.disruption.assigning import Option
from rdv.models import Appointment

# No longer wait between two appointments than this makes one visit of them.
IN_A_ROW = timedelta(minutes=30)


def torn_apart(appointments: Iterable[Appointment], best: Mapping[int, Option]) -> set[int]:
    """The appointments of visits that would not stay one: not as far apart as they were, or not at one place."""
    found: set[int] = set()
    for visit in _visits(appointments):
        places = [best.get(one.pk) for one in visit]
        shifts = {
            (place.start - one.starts_at, place.location_id) for one, place in zip(visit, places, strict=True) if place
        }
        if None in places or len(shifts) > 1:
            found |= {one.pk for one in visit}
    return found


def _visits(appointments: Iterable[Appointment]) -> list[Sequence[Appointment]]:
    """Two or more appointments that one family has one after the other, at one place."""
    of_family: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
    for one in sorted(appointments, key=lambda each: (each.starts_at, each.pk)):
        families = {row.family_id for row in one.participations.all()}
        if len(families) == 1 and not one.is_collective:
            of_family[families.pop(), one.location_id].append(one)
    found: list[Sequence[Appointment]] = []
    for rows in of_family.values():
        visit = [rows[0]]
        for one in rows[1:]:
            if one.starts_at - visit[-1].ends_at <= IN_A_ROW:
                visit.append(one)
                continue
            found.append(visit)
            visit = [one]
        found.append(visit)
    return [visit for visit in found if len(visit) > 1]
