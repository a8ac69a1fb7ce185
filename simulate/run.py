"""Play the same draws under every policy."""

import logging
import random
from collections.abc import Sequence

from simulate.draw import draw
from simulate.parameters import CROWDS, LEADS
from simulate.play import play
from simulate.policies import CONTENDERS, Contender
from simulate.results import Result
from simulate.world import World


def play_all(
    seed: int, numbers: Sequence[int], *, number: int, contenders: Sequence[Contender] = CONTENDERS
) -> list[Result]:
    """These draws of each lead, on a world of that number."""
    logging.disable(logging.WARNING)
    world = World(number, random.Random(f"{seed}:world"))
    results = []
    for lead in LEADS:
        for one in numbers:
            crowd = CROWDS[one // 2 % len(CROWDS)]
            drawn = draw(random.Random(f"{seed}:{lead.name}:{one}"), lead, crowd)
            results += [play(world, drawn, contender) for contender in contenders]
    return results
