"""`manage.py retention [--dry-run]`: forget what has been kept long enough (rules §11)."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from rdv import clock
from rdv.retention.run import Planned, Step, planned, run

EVERY = 5000


class Command(BaseCommand):
    """Show or erase what has been kept long enough."""

    help = "Efface ce qui a été gardé assez longtemps : familles, messages, journaux, codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to look first."""
        parser.add_argument("--dry-run", action="store_true", help="montre ce qui serait effacé, sans rien changer")

    def handle(self, *args: Any, **options: Any) -> None:
        """A table, or the work with its progress; cut short, it is simply started again."""
        now = clock.now()
        if options["dry_run"]:
            self._table(planned(now=now))
            self.stdout.write("Essai seulement : rien n’a été effacé.")
            return
        total = self._on_a_terminal(run(now=now)) if sys.stderr.isatty() else self._in_lines(run(now=now))
        self.stdout.write(f"{_counted(total)}.")

    def _table(self, rows: list[Planned]) -> None:
        what = max(len(row.purge.label) for row in rows)
        rule = max(len(row.purge.rule) for row in rows)
        self.stdout.write(f"{'Quoi':<{what}}  {'Gardé':<{rule}}  {'Antérieur au':<12}  {'À effacer':>9}")
        for row in rows:
            line = f"{row.purge.label:<{what}}  {row.purge.rule:<{rule}}  {row.before:%d/%m/%Y}    {row.count:>9}"
            self.stdout.write(line)

    def _on_a_terminal(self, steps: Iterable[Step]) -> int:
        """One bar per kind that has something to lose."""
        total = 0
        bar = None
        for step in steps:
            if bar is None and not step.is_over:
                bar = tqdm(total=step.total, desc=step.purge.label)
            if bar is not None:
                bar.update(step.done - bar.n)
            if step.is_over:
                total += step.done
                if bar is not None:
                    bar.close()
                bar = None
        return total

    def _in_lines(self, steps: Iterable[Step]) -> int:
        total = said = 0
        for step in steps:
            if step.is_over:
                total, said = total + step.done, 0
                self.stdout.write(f"{step.purge.label}{_colon(step.purge.label)}{_counted(step.done)}.")
            elif step.done - said >= EVERY:
                said = step.done
                self.stdout.write(f"  {said} sur {step.total}…")
        return total


def _colon(label: str) -> str:
    return ", " if ":" in label else "\u00a0: "


def _counted(number: int) -> str:
    if not number:
        return "rien à effacer"
    return "1 ligne effacée" if number == 1 else f"{number} lignes effacées"
