"""An absence that is changed and withdrawn at the same instant: one comes after the other, and neither is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.booking.absences import change_absence, withdraw_absence
from rdv.models import Absence, Disruption
from tests.disruption.world import SickDay
from tests.factories import NOW
from tests.races.support import Rival, run_before

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


@pytest.mark.parametrize("verb", ["change", "withdraw"])
def test_the_absence_is_locked_before_the_calendars_and_what_it_hits(verb: str) -> None:
    """Withdrawing locked what it hits, then the calendars; changing did it the other way round: they met in between."""
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
    assert 'FROM "rdv_absence"' in locks[0]


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
