"""The simulator: the draw is reproducible, a play uses the real engine and leaves nothing behind."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from rdv.models import Appointment, Offer
from simulate.draw import Answer, Draw, draw, response
from simulate.parameters import CROWDS, LEADS
from simulate.play import play
from simulate.policies import CONTENDERS
from simulate.results import report
from simulate.world import World

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("share", "minutes"), [(0.45, 10), (0.69, 30), (0.82, 60), (0.92, 120)])
def test_families_answer_as_the_curve_says(share: float, minutes: int) -> None:
    assert response(share) / MINUTE == pytest.approx(minutes)


def test_the_same_seed_draws_the_same_slot() -> None:
    first, again = (draw(random.Random("7"), LEADS[0], CROWDS[1]) for _ in range(2))
    assert first == again
    assert len(first.answers) == 30
    assert LEADS[0].least <= first.ahead <= LEADS[0].most


def test_nobody_answers_asleep() -> None:
    evening = datetime(2027, 1, 13, 20, 50, tzinfo=UTC)
    assert Answer(willing=True, delay=20 * MINUTE, text="oui").at(evening) == datetime(2027, 1, 14, 6, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_each_policy_plays_the_same_slot_and_puts_it_back() -> None:
    """The third of the list says yes after 5 minutes, all others are silent."""
    world = World(0, random.Random(1), history=0)
    crowd = CROWDS[0]
    entries = world.queues[crowd].entries
    first = [entries.index(pk) for pk in _ranked(world, entries)]
    answers = [Answer(willing=False, delay=MINUTE, text="")] * crowd.families
    answers[first[2]] = Answer(willing=True, delay=5 * MINUTE, text="oui merci")
    slot = Draw(lead=LEADS[3], crowd=crowd, hour=12, ahead=timedelta(hours=24), answers=answers)
    before = Offer.objects.count(), Appointment.objects.standing().count()
    results = {one.name: play(world, slot, one) for one in CONTENDERS}
    assert (Offer.objects.count(), Appointment.objects.standing().count()) == before
    assert [one.possible for one in results.values()] == [True] * len(CONTENDERS)
    ours, everybody = results["RDV PMI"], results["à toutes, première arrivée"]
    assert (ours.filled, ours.offers, ours.understood, ours.passed_over) == (True, 3, 1, False)
    assert (everybody.filled, everybody.offers > 6) == (True, True)
    assert not results["aucune"].filled
    assert not results["une à une, 48 h"].filled
    assert "| RDV PMI | 1,00 |" in report(list(results.values()), seed=1, runs=1)


def _ranked(world: World, entries: list[int]) -> list[int]:
    """Those who may come on that Thursday at noon, in the published order."""
    rows = world.queues[CROWDS[0]].type.waiting_entries.filter(pk__in=entries)
    suited = [row for row in rows if row.any_half_day or "4-pm" in row.half_days]
    return [
        row.pk for row in sorted(suited, key=lambda row: (row.current_appointment_id is not None, row.waiting_since))
    ]
