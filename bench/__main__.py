"""`python -m bench`: make a département, measure, print one table."""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.servers import running
from bench.size import FULL

_begun = time.monotonic()


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    print(f"[{time.monotonic() - _begun:5.0f} s] {text} …", flush=True)
    yield


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.25, help="1 = un département entier (0,25 par défaut)")
    parser.add_argument("--only", nargs="*", help="search past http booking reminders waiting agenda")
    parser.add_argument("--keep", type=Path, help="dossier des données, gardé et repris d'un passage à l'autre")
    return parser.parse_args(given)


def main() -> None:
    """Everything, in order; figures gather even if one part is left out."""
    options = arguments()
    with running(options.keep):
        from bench.run import benchmarks, prepare
        from bench.table import as_markdown

        size = FULL.scaled(options.scale)
        made, now = prepare(size, step)
        figures = []
        for name, work in benchmarks().items():
            if options.only and name not in options.only:
                continue
            with step(f"mesure : {name}"):
                figures += list(work(size, made, now))
        print(f"[{time.monotonic() - _begun:5.0f} s] fini\n", flush=True)
        print(as_markdown(figures))


Step = Callable[[str], object]

if __name__ == "__main__":
    main()
