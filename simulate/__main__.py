"""`make simulate`: compare ways of offering freed slots, on the same draws and the real engine."""

import argparse
import sys
import time
from collections.abc import Sequence

from simulate.processes import simulate
from simulate.results import report


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=2027, help="le même tirage pour la même graine")
    parser.add_argument("--runs", type=int, default=100, help="créneaux libérés par délai")
    parser.add_argument("--quick", action="store_true", help="quatre par délai : pour essayer")
    parser.add_argument("--only", nargs="+", metavar="politique", help="ces politiques seulement, par leur nom")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args(given)


def main() -> None:
    """Play every draw under every policy, print the table."""
    options = arguments()
    begun = time.monotonic()
    runs = 4 if options.quick else options.runs
    results = simulate(seed=options.seed, runs=runs, processes=options.processes, only=options.only)
    print(report(results, seed=options.seed, runs=runs))
    print(f"{len(results)} parties en {time.monotonic() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
