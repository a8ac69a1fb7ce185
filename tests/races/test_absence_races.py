"""An absence that is changed and withdrawn at the same instant: one comes after the other, and neither is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.booking.absences import change_absence, withdraw_absence
from rdv.models import Absence, Disruption
from tests.disruption.world import SickDay
from tests.factories import NOW
from tests.races.support import Rival, run_before

ORDER = ("rdv_absence", "rdv_disruption", "rdv_agentcalendar")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


@pytest.mark.parametrize("verb", ["change", "withdraw"])
def test_the_absence_is_locked_first_then_what_hangs_on_it_then_the_calendars(verb: str) -> None:
    """Changing did it the other way round than withdrawing, and waited for who decides while a worker waited for it."""
    day = SickDay(hours=((9, 0),))
    absence = day.declare().absence
    assert absence is not None
    with CaptureQueriesContext(connection) as run:
        if verb == "change":
            change_absence(absence, by=day.by, now=NOW)
        else:
            withdraw_absence(absence, by=day.by, now=NOW)
    statements = [one["sql"] for one in run.captured_queries]
    locks = [sql for sql in statements if "FOR UPDATE" in sql or "FOR NO KEY UPDATE" in sql or sql.startswith("UPDATE")]
    first = [min(n for n, sql in enumerate(locks) if one in sql) for one in ORDER]
    assert first == sorted(first)
    assert first[0] == 0


def test_who_changes_what_was_withdrawn_meanwhile_changes_nothing() -> None:
    day = SickDay(hours=((9, 0),))
    absence = day.declare().absence
    assert absence is not None
    stale = Absence.objects.get(pk=absence.pk)
    absence.ends_at = day.at(18)
    with run_before("rdv.booking.absences._lock", Rival(lambda: withdraw_absence(stale, now=NOW))) as rival:
        assert change_absence(absence, by=day.by, now=NOW) == []
    assert rival.error is None
    assert not Absence.objects.exists()
    withdraw_absence(stale, by=day.by, now=NOW)
    assert Disruption.objects.get().withdrawn_at == NOW
