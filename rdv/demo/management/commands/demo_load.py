"""`manage.py demo_load`: the invented département, once."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rdv import clock
from rdv.demo.world.accounts import NotTheDemo
from rdv.demo.world.make import is_made, make
from rdv.models import Appointment, Family
from rdv.statistics.counting import count


class Command(BaseCommand):
    """Load the demonstration's world unless it is there."""

    help = "Charge le Val-d’Exemple, département fictif ; ne touche à rien s’il est déjà là."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was made, and in how long."""
        if is_made():
            self.stdout.write("Le Val-d’Exemple est déjà chargé : les données sont gardées.")
            return
        self.stdout.write("Le Val-d’Exemple se peuple…", ending="")
        self.stdout.flush()
        start = time.monotonic()
        try:
            make(now=clock.now())
            count(now=clock.now())
        except NotTheDemo as error:
            raise CommandError("La démonstration a ses propres réglages : rdv.config.settings.demo.") from error
        families, appointments = Family.objects.count(), Appointment.objects.count()
        seconds = time.monotonic() - start
        self.stdout.write(f" {families} familles et {appointments} rendez-vous, en {seconds:.0f} s.")
