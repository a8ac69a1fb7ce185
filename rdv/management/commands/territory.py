"""`manage.py territory load|check|dump`: a territory and one file say the same."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rdv import clock
from rdv.models import Territory
from rdv.territory_file import FileMistakes, Report, dump, load


class Command(BaseCommand):
    """Load, check or write a territory's file."""

    help = "Charge (load), vérifie (check) ou écrit (dump) un département décrit dans un fichier TOML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verb and its file."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="load | check | dump")
        for verb, text in (("load", "charge le fichier"), ("check", "dit ce que « load » changerait")):
            verbs.add_parser(verb, help=text).add_argument("file", type=Path, metavar="FICHIER.toml")
        dumping = verbs.add_parser("dump", help="écrit le fichier d'un département")
        dumping.add_argument("slug", nargs="?", help="l'identifiant du département, s'il y en a plusieurs")
        dumping.add_argument("--output", type=Path, metavar="FICHIER.toml", help="par défaut, la sortie standard")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a wrong file ends with a message for each mistake and exit code 1."""
        if options["verb"] == "dump":
            self._dump(options["slug"], options["output"])
            return
        file: Path = options["file"]
        dry_run = options["verb"] == "check"
        try:
            report = load(file.read_text(encoding="utf-8"), now=clock.now(), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{file} ne se lit pas : {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} n'est pas écrit en UTF-8.") from error
        except FileMistakes as error:
            listed = "\n".join(f"  {file.name}, {mistake}" for mistake in error.mistakes)
            count = len(error.mistakes)
            head = "1 erreur" if count == 1 else f"{count} erreurs"
            raise CommandError(f"{head}, rien n'a été chargé.\n{listed}") from error
        self._print(report, dry_run=dry_run)

    def _print(self, report: Report, *, dry_run: bool) -> None:
        self.stdout.write(f"{'':<18}{'créés':>10}{'modifiés':>12}{'inchangés':>12}")
        for kind, created, changed, unchanged in report.rows():
            self.stdout.write(f"{kind:<18}{created:>10}{changed:>12}{unchanged:>12}")
        if report.is_unchanged:
            self.stdout.write("Rien à changer.")
        elif dry_run:
            self.stdout.write("Vérifié seulement : rien n'a été chargé.")

    def _dump(self, slug: str | None, output: Path | None) -> None:
        found = list(Territory.objects.filter(slug=slug) if slug else Territory.objects.order_by("pk"))
        if not found:
            raise CommandError(f"Pas de département « {slug} »." if slug else "Aucun département n'est chargé.")
        if len(found) > 1:
            raise CommandError(f"Lequel ? {', '.join(territory.slug for territory in found)}")
        text = dump(found[0])
        if output:
            output.write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
