"""A yes to an appointment that was called off confirms nothing, and its sender learns the truth, and how to rebook."""

from datetime import timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.disruption.carrying_out import work
from rdv.models import Appointment, Decision, Participation, Status
from rdv.models.actor import Actor
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import TODAY, World, opening, paris
from tests.reminders.inbound.support import Line, booked, last_reply, mother_of, tasks

pytestmark = pytest.mark.django_db

AHEAD = TODAY + timedelta(days=10)


class Reminded(World):
    """Léa's appointment in ten days, of which the family was reminded the day before; Noé's is a week later."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.day = AHEAD
        opening(self.agent, self.location, self.type, day=self.day)
        opening(self.agent, self.location, self.type, day=self.day + timedelta(days=7))
        self.family = mother_of(self)
        self.first = booked(self, self.family, 9)
        self.day += timedelta(days=7)
        self.later = booked(self, self.family, 9)
        line.sends()
        line.at(paris(AHEAD - timedelta(days=1), 10))

    def cancel(self, line: Line) -> None:
        cancel(self.first.pk, by=Actor.application(), now=line.now, for_family=False)
        line.waits(minutes=5)


@pytest.fixture
def reminded(line: Line) -> Reminded:
    return Reminded(line)


def confirmed() -> int:
    return Participation.objects.exclude(confirmed_at=None).count()


YESES = ["OUI", "oui je viens", "ok merci", "1", "j’aurai 10 min de retard"]


def test_a_yes_to_what_the_service_cancelled_confirms_no_other_appointment(line: Line, reminded: Reminded) -> None:
    reminded.cancel(line)
    for text in YESES:
        seen = len(line.sms())
        line.receives(text)
        assert (confirmed(), last_reply().outcome) == (0, "called_off"), text
        (said,) = line.new_sms(seen)
        assert "jeudi 21 janvier" in said
        assert "est annulé" in said
        assert f"{line.site}/r/" in said


def test_it_is_the_same_when_the_reminder_was_answered_before(line: Line, reminded: Reminded) -> None:
    line.receives("oui")
    reminded.cancel(line)
    seen = len(line.sms())
    line.receives("oui")
    assert confirmed() == 1
    assert "est annulé" in line.new_sms(seen)[0]


def test_it_is_the_same_when_nothing_was_asked(line: Line, reminded: Reminded) -> None:
    """The cancellation is the last word, though the other appointment stands."""
    Appointment.objects.filter(pk=reminded.first.pk).update(starts_at=paris(AHEAD, 9), ends_at=paris(AHEAD, 9, 30))
    line.now = paris(AHEAD - timedelta(days=5), 10)
    reminded.cancel(line)
    line.receives("oui je viens")
    assert confirmed() == 0


def test_what_was_booked_since_is_what_a_yes_is_about(line: Line, reminded: Reminded) -> None:
    reminded.cancel(line)
    cancel(reminded.later.pk, by=Actor.family(), now=line.now, for_family=True)
    line.waits(minutes=5)
    reminded.day = AHEAD
    again = booked(reminded, reminded.family, 10, now=line.now)
    line.waits(minutes=5)
    line.receives("oui je viens")
    assert Participation.objects.get(appointment=again).confirmed_at == line.now


def test_the_day_of_another_appointment_still_names_it(line: Line, reminded: Reminded) -> None:
    reminded.cancel(line)
    line.receives("oui pour le jeudi 28")
    assert Participation.objects.get(appointment=reminded.later).confirmed_at == line.now


def test_thanks_for_one_s_own_cancellation_confirms_nothing_else(line: Line, reminded: Reminded) -> None:
    line.receives("non je ne peux pas venir")
    seen = len(line.sms())
    line.receives("ok merci")
    assert confirmed() == 0
    assert line.new_sms(seen) == []


def test_a_no_to_what_the_service_cancelled_cancels_no_other_appointment(line: Line, reminded: Reminded) -> None:
    """The answer to a reminder may come days after it."""
    reminded.cancel(line)
    seen = len(line.sms())
    line.receives("je ne peux pas venir désolée")
    reminded.later.refresh_from_db()
    assert reminded.later.status == Status.UNKNOWN
    assert "répondez ANNULER" in line.new_sms(seen)[0]


class Absent(SickDay):
    """Ten days ahead; the reminder has asked, then the nurse falls ill and other dates are proposed."""

    def __init__(self, line: Line, **contact: str) -> None:
        super().__init__(hours=())
        self.day = AHEAD
        make.opening(self.agent, self.location, self.type, day=self.day)
        for days in (11, 12, 13, 14):
            make.opening(self.colleague, self.location, self.type, day=TODAY + timedelta(days=days))
        self.family = mother_of(self, **contact)
        self.appointments = [self.book(9, agents=[self.agent.pk], who=make.who(self.family)).appointment]
        line.sends()
        line.at(paris(AHEAD - timedelta(days=3), 10))
        self.decide(self.declare(now=line.now), Decision.PROPOSE, now=line.now)
        line.now += timedelta(minutes=11)
        work(now=line.now)
        line.sends()


def test_a_yes_to_an_appointment_of_an_absent_agent_confirms_nothing_once_the_dates_have_lapsed(line: Line) -> None:
    day = Absent(line)
    proposal = day.row(0).proposal
    assert proposal is not None
    line.now = proposal.expires_at + timedelta(minutes=5)
    work(now=line.now)
    line.sends()
    seen = len(line.sms())
    line.receives("oui")
    assert confirmed() == 0
    (said,) = line.new_sms(seen)
    assert "ne peut pas avoir lieu" in said
    assert f"{line.site}/r/" in said


def test_nor_once_none_of_the_dates_suited_and_it_is_not_asked_whether_one_comes(line: Line) -> None:
    Absent(line)
    line.receives("aucune")
    for text in ("oui je viens", "d'accord", "le tramway passe par chez ma tante"):
        seen = len(line.sms())
        line.receives(text)
        assert confirmed() == 0
        assert "ne peut pas avoir lieu" in line.new_sms(seen)[0], text
    assert len(tasks("unclear")) == 1
