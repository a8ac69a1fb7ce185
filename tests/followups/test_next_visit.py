"""What comes next after an appointment: nothing is named across the wall of a discreet service."""

import pytest

from rdv.followups.next_visit import is_followed, next_visit
from rdv.models import AppointmentType, Service
from tests.factories import NOW
from tests.followups.clinic import Clinic


@pytest.mark.parametrize(
    ("rule", "is_discreet", "is_collective", "expected"),
    [
        ({"follow_up": "enfant"}, False, False, True),
        ({"next_within_days": 60}, False, False, True),
        ({}, False, False, False),
        ({"follow_up": "enfant"}, True, False, False),
        ({"next_within_days": 60}, True, False, False),
        ({"next_within_days": 60}, False, True, False),
    ],
)
def test_discreet_services_workshops_and_types_without_a_rule_have_no_next(
    rule: dict[str, object], is_discreet: bool, is_collective: bool, expected: bool
) -> None:
    type_ = AppointmentType(service=Service(is_discreet=is_discreet), is_collective=is_collective, **rule)
    assert is_followed(type_) is expected


@pytest.mark.django_db
def test_an_appointment_of_a_service_that_became_discreet_proposes_nothing() -> None:
    clinic = Clinic()
    held = clinic.seen(clinic.known(5, phone="+33639980008"), 5)
    assert next_visit(clinic.scope, held, now=NOW) is not None
    clinic.secretary.services.add(clinic.service)
    clinic.service.is_discreet = True
    clinic.service.save()
    held = type(held).objects.get(pk=held.pk)
    assert next_visit(clinic.scope, held, now=NOW) is None
