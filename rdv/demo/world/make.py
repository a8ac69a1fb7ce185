"""The whole world, in one transaction."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from rdv.booking import calendars
from rdv.demo.world.accounts import open_accounts, refuse_outside_the_demo
from rdv.demo.world.agenda import Filler, openings
from rdv.demo.world.base import World
from rdv.demo.world.families import Household, make_families
from rdv.demo.world.rows import Writer
from rdv.demo.world.sessions import make_sessions
from rdv.demo.world.stories import prepare, tell
from rdv.models import Family, Territory
from rdv.territory_file import load

FILE = Path(__file__).resolve().parents[1] / "val-d-exemple.toml"
SLUG = "val-d-exemple"


def is_made() -> bool:
    """Whether the families are there; made in one transaction, they are all there or none."""
    return Family.objects.filter(territory__slug=SLUG).exists()


def make(*, now: datetime) -> World:
    """Load the territory's file and fill it. Raises NotTheDemo outside the demonstration's settings."""
    refuse_outside_the_demo()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        load(FILE.read_text(encoding="utf-8"), now=now)
        world = World(Territory.objects.get(slug=SLUG), now)
        open_accounts(world)
        prepare(world)
        households = make_families(world)
        writer = Writer(world)
        for session in make_sessions(world, households):
            writer.session(session)
        for meeting in Filler(world, households).fill(openings(world)):
            writer.meeting(meeting)
        writer.rows.save()
        _remember_contacts(households)
        tell(world, households, writer.rows)
        calendars.rebuild([agent.pk for agent in world.agents.values()], now=now)
    return world


def _remember_contacts(households: list[Household]) -> None:
    for household in households:
        if household.last_contact:
            noon = household.family.last_contact_at.replace(hour=12, minute=0, second=0)
            household.family.last_contact_at = noon + (household.last_contact - noon.date())
    Family.objects.bulk_update(
        [household.family for household in households], ["last_contact_at", "own_agent"], batch_size=200
    )
