"""Whatever stands in an address or a form, the workspace answers, and says what is wrong."""

import pytest
from django.urls import reverse

from rdv.models import Appointment
from tests.access.test_url_roles import TABLE, arguments
from tests.web.agents.world import Office

pytestmark = [pytest.mark.long, pytest.mark.django_db]

NAMES = (
    "jour", "du", "au", "agent", "lieu", "motif", "famille", "personnes", "debut", "surreservation", "q",
    "page", "etat", "organisation", "qui", "personne", "tout", "next", "status", "by", "persons", "reason",
    "who", "kind", "first_day", "last_day", "start_time", "end_time", "label", "seen", "types", "location",
    "every", "weekdays", "until", "day", "time", "agents", "capacity", "own_agent", "first_name", "last_name",
    "phone", "email", "language", "relation", "priority", "priority_reason", "type", "locations", "half_days",
    "notice", "action", "key", "over_offers", "overbooking_reason", "first_name_0", "birth_date_0_day",
    "birth_date_0_month", "birth_date_0_year", "contact_first_name", "contact_phone", "contact_email",
    "contact_language", "birth_date_day", "save", "old", "new",
)  # fmt: skip
NASTY = ("", "\x00", "-1", "9" * 40, "²", "é" * 5000, "2027-02-30", "9999-12-31T23:59:59-23:59")

# Under names that a view doesn't ask for as much as under those it does. The walk of tests/hostile throws the rest of
# NASTY at every name that views ask for.
EVERYWHERE = ("", "-1", "²", "é" * 500, "2027-02-30")


@pytest.mark.parametrize("nasty", EVERYWHERE, ids=range(len(EVERYWHERE)))
def test_no_address_and_no_form_breaks(office: Office, nasty: str) -> None:
    client = office.client("territory")
    before = list(Appointment.objects.order_by("pk").values_list("pk", "status", "starts_at"))
    answers = {}
    for name in TABLE:
        if name == "log_out":
            continue
        address = reverse(f"agents:{name}", args=arguments(office, name))
        answers[name, "GET"] = client.get(address, dict.fromkeys(NAMES, nasty)).status_code
        answers[name, "POST"] = client.post(address, dict.fromkeys(NAMES, nasty)).status_code
    assert {key: status for key, status in answers.items() if status >= 500} == {}
    assert list(Appointment.objects.order_by("pk").values_list("pk", "status", "starts_at")) == before


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_choice_of_a_slot_breaks(office: Office, nasty: str) -> None:
    """The journey with a true type and place, and one wrong answer at a time."""
    client = office.client("secretary")
    right = {"motif": office.type.pk, "lieu": office.location.pk, "debut": office.at(10).isoformat()}
    for name in ("jour", "agent", "personnes", "famille", "debut", "motif", "lieu", "surreservation"):
        for step in ("find_slot", "confirm"):
            status = client.get(reverse(f"agents:{step}"), right | {name: nasty}).status_code
            assert status in (200, 302, 400, 404), (name, step)
