"""Load a territory's file: every row created, changed or left alone, in one transaction."""

from datetime import datetime

from django.db import transaction

from rdv.booking.openings import settle, settle_territory
from rdv.models import OpeningPeriod
from rdv.territory_file.apply import Loader
from rdv.territory_file.plan import read_plan
from rdv.territory_file.report import Report


def load(text: str, *, now: datetime, dry_run: bool = False) -> Report:
    """Make the database say what the file says. What the file leaves out is not touched.

    Raises FileMistakes with every mistake, and then nothing is changed. `dry_run` tells what would change.
    """
    plan = read_plan(text)
    with transaction.atomic():
        loader = Loader(plan)
        loader.run()
        if loader.closings_changed:
            settle_territory(loader.territory, now=now)
        else:
            settle(OpeningPeriod.objects.filter(pk__in=loader.changed_periods), now=now)
        transaction.set_rollback(dry_run)
    return loader.report
