"""What a visitor finds ready: families that wait, replies to understand, an absence."""

from datetime import datetime, time, timedelta

from rdv.booking.openings import settle_agent
from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.demo.world.messages import Messenger
from rdv.demo.world.replies import write_replies
from rdv.demo.world.rows import Rows
from rdv.demo.world.waiting import Queue
from rdv.models import Absence, AbsenceKind

AWAY = "ines.lambert"


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
