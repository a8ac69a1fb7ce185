"""What a visitor finds ready: families that wait, replies to understand, an absence."""

from datetime import datetime, time, timedelta

from rdv.booking.absences import appointments_hit
from rdv.booking.openings import settle_agent
from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.demo.world.messages import Messenger
from rdv.demo.world.replies import write_replies
from rdv.demo.world.rows import Rows
from rdv.demo.world.waiting import Queue
from rdv.disruption.opening import open_disruption
from rdv.models import Absence, AbsenceKind

AWAY = "ines.lambert"
# How many appointments make a day worth rebooking.
ENOUGH = 4


def prepare(world: World) -> None:
    """Before the agenda is filled: one nurse is in training for two days next week."""
    monday = world.today + timedelta(days=7 - world.today.weekday())
    agent = world.agents[AWAY]
    Absence.objects.create(
        agent=agent,
        kind=AbsenceKind.TRAINING,
        starts_at=datetime.combine(monday, time(0), world.zone),
        ends_at=datetime.combine(monday + timedelta(days=3), time(0), world.zone),
        label="Formation allaitement",
        created_by=world.agents["camille.roux"],
    )
    settle_agent(agent, now=world.now)


def tell(world: World, households: list[Household], rows: Rows) -> None:
    """Once the agenda is full."""
    Queue(world, households, rows).make()
    Messenger(world, households, rows).write()
    write_replies(world)
    fall_ill(world)


def fall_ill(world: World) -> None:
    """A colleague of the demonstration's nurse will be away, and what becomes of her appointments is to be decided."""
    camille = world.agents["camille.roux"]
    team = [one for one in world.agents.values() if one not in (camille, world.agents[AWAY])]
    for days in range(2, 10):
        day = world.today + timedelta(days=days)
        start, end = (datetime.combine(day + timedelta(days=more), time(0), world.zone) for more in (0, 1))
        for agent in team:
            if not set(agent.organisations.all()) & set(camille.organisations.all()):
                continue
            hit = appointments_hit(agent=agent, start=start, end=end)
            if len(hit) >= ENOUGH and not any(one.service.is_discreet for one in hit):
                absence = Absence.objects.create(
                    agent=agent, kind=AbsenceKind.SICK, starts_at=start, ends_at=end, created_by=camille
                )
                settle_agent(agent, now=world.now)
                starts = [(one.pk, one.starts_at) for one in hit]
                open_disruption(absence, starts, by=camille, now=world.now)
                return
