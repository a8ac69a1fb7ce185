"""Play the same draws under every policy."""

import logging
import random
from collections.abc import Sequence
from itertools import groupby

from simulate import parameters
from simulate.draw import draw
from simulate.parameters import CROWDS, LEADS
from simulate.play import play
from simulate.policies import CONTENDERS, Contender
from simulate.results import Result
from simulate.world import World


def play_all(seed: int, numbers: Sequence[int], *, contenders: Sequence[Contender] = CONTENDERS) -> list[Result]:
    """These draws of each lead; who waits, and the past from which acceptance is measured, change every few."""
    logging.disable(logging.WARNING)
    results = []
    for block, ones in groupby(numbers, lambda one: one // parameters.SLOTS_PER_WORLD):
        world, among = World(block, random.Random(f"{seed}:world:{block}")), list(ones)
        for lead in LEADS:
            for one in among:
                crowd = CROWDS[one // 2 % len(CROWDS)]
                drawn = draw(random.Random(f"{seed}:{lead.name}:{one}"), lead, crowd)
                results += [play(world, drawn, contender) for contender in contenders]
    return results
