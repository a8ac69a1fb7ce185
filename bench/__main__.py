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
    parser.add_argument("--only", nargs="*", help="search agenda booking http reminders sending waiting past replies")
    parser.add_argument("--keep", type=Path, help="dossier des données, gardé et repris d'un passage à l'autre")
    return parser.parse_args(given)


def main() -> None:
    """Everything, in order; figures gather even if one part is left out."""
    options = arguments()
    if options.only == ["replies"]:
        _replies()
        return
    with running(options.keep) as servers:
        from bench.measure import Figure
        from bench.run import benchmarks, prepare
        from bench.table import as_markdown

        size = FULL.scaled(options.scale)
        made, now = prepare(size, step)
        servers.measure()
        figures: list[Figure] = []
        try:
            for name, work in benchmarks().items():
                if not options.only or name in options.only:
                    with step(f"mesure : {name}"):
                        figures.extend(work(size, made, now))
        finally:
            print(f"\n{as_markdown(figures)}\n", flush=True)


def _replies() -> None:
    """Words alone: no data, no database."""
    from bench import replies
    from bench.table import as_markdown

    print(as_markdown(list(replies.run())), flush=True)


Step = Callable[[str], object]

if __name__ == "__main__":
    main()
