"""`manage.py families import FILE.csv`: families, children and contacts from a spreadsheet."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from rdv import clock
from rdv.family_file import load
from rdv.family_file.rows import FamilyRows
from rdv.models import Territory
from rdv.territory_file import FileMistakes

EVERY = 1000


class Command(BaseCommand):
    """Import families."""

    help = "Importe des familles, leurs enfants et leurs contacts depuis un fichier CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verb, its file, and how to try it without risk."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import")
        importing = verbs.add_parser("import", help="importe le fichier")
        importing.add_argument("file", type=Path, metavar="FICHIER.csv")
        importing.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, sans rien changer")
        importing.add_argument("--territory", default="", help="l'identifiant du département, s'il y en a plusieurs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a wrong file ends with a message for each mistake and exit code 1."""
        file: Path = options["file"]
        territory = self._territory(options["territory"])
        try:
            text = file.read_text(encoding="utf-8-sig")
            report = load(text, territory, now=clock.now(), dry_run=options["dry_run"], progress=self._progress)
        except OSError as error:
            raise CommandError(f"{file} ne se lit pas : {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} n'est pas en UTF-8 : enregistrez-le en « CSV UTF-8 ».") from error
        except FileMistakes as error:
            listed = "\n".join(f"  {file.name}, {mistake}" for mistake in error.mistakes)
            count = len(error.mistakes)
            head = "1 erreur" if count == 1 else f"{count} erreurs"
            raise CommandError(f"{head}, rien n'a été importé.\n{listed}") from error
        self.stdout.write(f"{'':<12}{'créés':>10}{'modifiés':>12}{'inchangés':>12}")
        for kind, created, changed, unchanged in report.rows():
            self.stdout.write(f"{kind:<12}{created:>10}{changed:>12}{unchanged:>12}")
        if options["dry_run"]:
            self.stdout.write("Essai seulement : rien n'a été importé.")

    def _territory(self, slug: str) -> Territory:
        found = list(Territory.objects.filter(slug=slug) if slug else Territory.objects.order_by("pk"))
        if len(found) != 1:
            known = ", ".join(Territory.objects.order_by("pk").values_list("slug", flat=True))
            raise CommandError(f"Quel département ? --territory parmi : {known or 'aucun n’est chargé'}")
        return found[0]

    def _progress(self, families: Iterable[FamilyRows]) -> Iterable[FamilyRows]:
        """A bar on a terminal, a line now and then elsewhere."""
        if sys.stderr.isatty():
            yield from tqdm(families, unit=" familles")
            return
        for number, family in enumerate(families, start=1):
            yield family
            if number % EVERY == 0:
                self.stdout.write(f"{number} familles…")
