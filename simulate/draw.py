"""What chance decides of one freed slot, before any policy plays: the same draw for all of them. Pure."""

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from zoneinfo import ZoneInfo

from simulate import parameters
from simulate.parameters import Crowd, Lead

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a family does with an offer of this slot; `text` "" = it stays silent."""

    willing: bool
    delay: timedelta
    text: str

    def at(self, told: datetime) -> datetime:
        """When its reply comes, told at that instant; nobody answers asleep."""
        at = (told + self.delay).astimezone(PARIS)
        if at.hour >= parameters.ASLEEP_FROM:
            at += timedelta(days=1)
        elif at.hour >= parameters.ASLEEP_UNTIL:
            return told + self.delay
        return at.replace(hour=parameters.ASLEEP_UNTIL, minute=self.delay.seconds // 60 % 60)


@dataclass(frozen=True, slots=True)
class Draw:
    """One slot: which, freed when, and what each waiting family (in the order of the list) would do."""

    lead: Lead
    crowd: Crowd
    hour: int
    ahead: timedelta
    answers: Sequence[Answer]


def draw(chance: random.Random, lead: Lead, crowd: Crowd) -> Draw:
    """A slot and its families."""
    span = lead.most - lead.least
    return Draw(
        lead=lead,
        crowd=crowd,
        hour=chance.randint(lead.first_hour, lead.last_hour),
        ahead=lead.least + timedelta(minutes=round(chance.random() * span / timedelta(minutes=1))),
        answers=[_answer(chance, crowd.acceptance) for _ in range(crowd.families)],
    )


def _answer(chance: random.Random, acceptance: float) -> Answer:
    willing = chance.random() < acceptance
    delay = response(chance.random())
    answers = chance.random() < parameters.REFUSERS_WHO_ANSWER
    texts = parameters.YES if willing else parameters.NO
    text = chance.choices([text for text, _ in texts], [weight for _, weight in texts])[0]
    return Answer(willing, delay, text if willing or answers else "")


def response(share: float) -> timedelta:
    """After how long that share of those who answer has answered: the curve, straight on a logarithmic scale."""
    curve = parameters.RESPONSE
    after = min(bisect([known for _, known in curve], share), len(curve) - 1)
    (early, low), (late, high) = curve[after - 1], curve[after]
    part = (share - low) / (high - low)
    return timedelta(minutes=exp(log(early) + part * (log(late) - log(early))))
