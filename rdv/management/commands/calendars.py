"""`manage.py calendars rebuild|check`: the busy bitmaps of agents, which are derived from their occupations."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from rdv import clock
from rdv.booking.calendars import rebuild
from rdv.booking.locks import midnight
from rdv.models import Agent, AgentCalendar
from rdv.scheduling.timeline import Timeline

AGENTS_AT_ONCE = 20
CHECKED_STEPS = 200 * 288  # of 5 minutes


class Command(BaseCommand):
    """Make the calendars anew, or compare them with the truth."""

    help = "Refait (rebuild) ou vérifie (check) les cartes d’occupation des agents."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verb."""
        parser.add_argument("verb", choices=["rebuild", "check"], metavar="rebuild | check")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work by handfuls, so that families book in between; `check` fails when a calendar is wrong."""
        agents = list(Agent.objects.order_by("pk").values_list("pk", flat=True))
        handfuls = [agents[first : first + AGENTS_AT_ONCE] for first in range(0, len(agents), AGENTS_AT_ONCE)]
        wrong: list[int] = []
        # Without a terminal the bar says nothing: the line below does.
        for handful in tqdm(handfuls, unit=" × 20 agents", disable=None):
            with transaction.atomic():
                before = _masks(handful)
                rebuild(handful, now=clock.now())
                wrong += [pk for pk, mask in _masks(handful).items() if before.get(pk, mask) != mask]
                transaction.set_rollback(options["verb"] == "check")
        if options["verb"] == "rebuild":
            self.stdout.write(f"{len(agents)} cartes refaites, dont {len(wrong)} corrigées.")
        elif wrong:
            listed = ", ".join(str(pk) for pk in wrong)
            raise CommandError(f"{len(wrong)} cartes fausses (agents {listed}) : « manage.py calendars rebuild ».")
        else:
            self.stdout.write(f"{len(agents)} cartes justes.")


def _masks(agent_ids: list[int]) -> dict[int, int]:
    """The busy mask of each agent from today on, on one timeline."""
    timeline = Timeline(midnight(clock.now()), CHECKED_STEPS)
    rows = AgentCalendar.objects.filter(agent_id__in=agent_ids).order_by("agent_id")
    return {row.agent_id: timeline.rebased(row.mask()[1], row.origin) for row in rows}
