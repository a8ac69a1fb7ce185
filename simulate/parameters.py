"""What families do, as far as anybody has measured it. Sources in docs/simulation.md; change them, not the policy."""

from dataclasses import dataclass
from datetime import timedelta

# Of those who end up saying yes, the share that has answered after so many minutes: Covidliste's fitted curve. Its
# last 8 % are said to come within 8 hours.
RESPONSE: tuple[tuple[float, float], ...] = (
    (1, 0.0),
    (10, 0.45),
    (30, 0.69),
    (60, 0.82),
    (120, 0.92),
    (480, 1.0),
)
# Of those who don't want the slot, the share that says so; the others are silent. A supposition.
REFUSERS_WHO_ANSWER = 0.4
# Nobody answers in the night; who would have, does on getting up.
ASLEEP_FROM, ASLEEP_UNTIL = 22, 7
# Of waiting families: have an appointment that they want earlier; come on certain half-days alone.
HAVE_AN_APPOINTMENT, PARTICULAR = 0.3, 0.2
# Offers of the months before, from which the engine measures how many accept.
HISTORY = 120
# One list of families and one such past serve so many slots of each lead: what one past happens to say weighs little.
SLOTS_PER_WORLD = 20

# How yes and no are written, with their weights; {code} is the offer's.
YES: tuple[tuple[str, int], ...] = (
    ("OUI {code}", 30),
    ("oui {code}", 15),
    ("Oui", 15),
    ("oui merci", 10),
    ("Oui {code} merci beaucoup", 5),
    ("ok", 6),
    ("Oui ça me va merci", 5),
    ("d'accord", 5),
    ("C'est bon pour moi", 4),
    ("👍", 2),
    ("je prends", 3),
)
NO: tuple[tuple[str, int], ...] = (
    ("NON", 30),
    ("non merci", 25),
    ("Non {code}", 20),
    ("désolée pas possible", 8),
    ("pas dispo", 7),
    ("c'est trop tard pour nous", 5),
    ("Non pas aujourd'hui", 5),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many families wait, of whom each wants a given slot with this probability."""

    name: str
    families: int
    acceptance: float


CROWDS = (Crowd("12 familles, 25 % oui", 12, 0.25), Crowd("30 familles, 10 % oui", 30, 0.10))


@dataclass(frozen=True, slots=True)
class Lead:
    """Slots freed so long before their start, at the local hours at which this slot may start."""

    name: str
    least: timedelta
    most: timedelta
    first_hour: int
    last_hour: int


def _hours(least: float, most: float) -> tuple[timedelta, timedelta]:
    return timedelta(hours=least), timedelta(hours=most)


LEADS = (
    Lead("2 h 30 à 4 h", *_hours(2.5, 4), 11, 16),
    Lead("4 à 8 h", *_hours(4, 8), 14, 16),
    Lead("la veille au soir", *_hours(14, 20), 10, 14),
    Lead("1 jour", *_hours(20, 28), 9, 16),
    Lead("3 jours", *_hours(48, 72), 9, 16),
)
