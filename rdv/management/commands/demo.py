"""`manage.py demo`: the whole product on this machine, with invented people."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rdv.config import servers, supervisor
from rdv.config.embedded import EmbeddedServerError

ANNOUNCEMENT = """
────────────────────────────────────────────────────────────────────────
  RDV PMI — démonstration (personnes et numéros fictifs)

  Familles           {url}/
  Agents             {url}/agents/
  Téléphone simulé,
  courriels, horloge {url}/demo/
  API                {url}/api/v1/docs/

  Comptes            camille.roux@demo.example   (puéricultrice)
                     secretariat@demo.example
                     admin@demo.example
  Mot de passe       demo-rdv-2026
  Jeton d'API        demo-token

  Ctrl-C arrête tout et garde les données. « make demo-reset » les efface.
────────────────────────────────────────────────────────────────────────
"""


class Command(BaseCommand):
    """The demonstration, in the foreground."""

    help = "Lance toute l'application avec des données fictives."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--reset."""
        parser.add_argument("--reset", action="store_true", help="efface les données, sans rien lancer")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped, or erase."""
        if not settings.DEMO:
            raise CommandError("La démonstration a ses propres réglages : rdv.config.settings.demo.")
        try:
            if options["reset"]:
                servers.forget()
                self.stdout.write("Données de la démonstration effacées.")
                return
            code = supervisor.run(
                port=settings.DEMO_PORT, announcement=ANNOUNCEMENT.format(url=f"http://127.0.0.1:{settings.DEMO_PORT}")
            )
        except (supervisor.CannotStart, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            code = 130
        raise SystemExit(code)
