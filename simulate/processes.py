"""Share the draws among processes. Each has a PostgreSQL of its own: plays hold their locks until they are undone."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from bench.servers import running

if TYPE_CHECKING:
    from simulate.results import Result


def simulate(*, seed: int, runs: int, processes: int, only: Sequence[str] | None = None) -> "list[Result]":
    """`runs` slots for each lead, half of them for each crowd; every contender, or those named, plays every one."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        shares = [pool.submit(share, seed, runs, number, processes, only) for number in range(processes)]
        return [result for one in shares for result in one.result()]


def share(seed: int, runs: int, number: int, processes: int, only: Sequence[str] | None) -> "list[Result]":
    """One process's part: every `processes`-th draw."""
    with running(None):
        from simulate.policies import named
        from simulate.run import play_all

        return play_all(seed, range(number, runs, processes), contenders=named(only))
