"""Shares and periods, without a database."""

from datetime import date, timedelta

import pytest

from rdv.statistics.definitions import Attendance, Lead, Period, Share

DAYS = Attendance(seen=80, noshow=10, excused=15, late=10, revoked=5, pending=3, online=60)


def test_only_appointments_whose_slot_was_spent_are_awaited() -> None:
    assert (DAYS.total, DAYS.awaited) == (123, 100)
    assert [share.percent for share in (DAYS.absences, DAYS.late_cancellations, DAYS.lost)] == [10, 10, 20]


def test_a_share_of_nothing_is_not_zero() -> None:
    assert Share(0, 0).percent is None


def test_a_share_of_few_is_kept_for_the_service() -> None:
    assert [Share(1, whole).may_be_published for whole in (10, 11)] == [False, True]


def test_attendances_add_up() -> None:
    assert Attendance(seen=1, late=2) + Attendance(seen=3, noshow=4) == Attendance(seen=4, noshow=4, late=2)


def test_lead_times_follow_each_other_without_a_gap() -> None:
    leads = list(Lead)
    assert leads[0].since == timedelta(0)
    assert [one.until for one in leads] == [one.since for one in leads[1:]] + [None]


def test_a_period_has_one_as_long_before_it() -> None:
    assert Period(date(2027, 3, 1), date(2027, 3, 31)).before() == Period(date(2027, 1, 29), date(2027, 2, 28))


def test_a_period_is_split_without_losing_a_day() -> None:
    before, after = Period(date(2027, 1, 1), date(2027, 1, 31)).split(date(2027, 1, 10))
    assert (before.days, after.days, after.first) == (9, 22, date(2027, 1, 10))


@pytest.mark.parametrize("at", [date(2027, 1, 1), date(2027, 2, 1)])
def test_a_period_is_split_inside(at: date) -> None:
    with pytest.raises(ValueError, match="inside"):
        Period(date(2027, 1, 1), date(2027, 1, 31)).split(at)
