"""The dates that a family chooses from, when its agent is absent: those that the page shows, and it can have them."""

from datetime import timedelta

import pytest

from rdv.booking.proposals import choose
from rdv.disruption.carrying_out import work
from rdv.disruption.options import possibilities
from rdv.models import Appointment, Decision, Step
from rdv.models.actor import Actor
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)


def test_a_family_followed_by_the_agent_who_is_sick_may_choose_a_colleague_s_date() -> None:
    """The type keeps a family with its own agent; the service itself proposes another one."""
    day = SickDay(hours=((9, 0),), same_agent=True)
    family = day.appointments[0].participations.get().family
    family.own_agent = day.agent
    family.save()
    day.decide(day.declare(), Decision.PROPOSE)
    work(now=LATER)
    proposal = day.row(0).proposal
    assert proposal is not None
    moved = choose(proposal.pk, "A", by=Actor.family(), now=LATER)
    assert (moved.starts_at, moved.location_id) == proposal.slot("A")
    assert moved.appointment_agents.get().agent == day.colleague
    assert day.row(0).step == Step.DONE


def test_an_agent_alone_is_back_tomorrow_and_proposes_what_the_page_shows() -> None:
    day = SickDay(hours=((9, 0),))
    day.colleague.opening_periods.all().delete()
    for days in (2, 3, 4):
        make.opening(day.agent, day.location, day.type, day=TODAY + timedelta(days=days))
    disruption = day.declare()
    hit = list(Appointment.objects.with_people())
    shown = possibilities(disruption, hit, now=NOW)[hit[0].pk].dates
    assert len(shown) == 3
    day.decide(disruption, Decision.PROPOSE)
    work(now=LATER)
    proposal = day.row(0).proposal
    assert proposal is not None
    assert [proposal.slot(key) for key in "ABC"] == [(one.start, one.location_id) for one in shown]
