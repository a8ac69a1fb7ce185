"""Scenario 32: agendas say which days are holidays where one receives, and ask the database nothing more."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv.access.holidays import Holiday, Place, holidays_of
from rdv.models import Location
from rdv.web.agents.holidays import day_tags
from rdv.web.agents.lines import Tag
from tests.factories import location, opening
from tests.web.agents.world import Office

CHRISTMAS, STEPHEN, FRIDAY = date(2026, 12, 25), date(2026, 12, 26), date(2027, 3, 26)
PARIS = Place("Val", "metropole", good_friday=True)
ALSACE = Place("Bourg", "alsace-moselle", good_friday=True)
# A site whose people work on Good Friday.
WORKING = Place("Bourg annexe", "alsace-moselle", good_friday=False)


@pytest.mark.parametrize(
    ("day", "places", "expected"),
    [
        (CHRISTMAS, [PARIS, ALSACE], [Holiday("Noël", ())]),
        (STEPHEN, [PARIS], []),
        (STEPHEN, [ALSACE], [Holiday("Saint-Étienne", ())]),
        (STEPHEN, [PARIS, ALSACE, WORKING], [Holiday("Saint-Étienne", ("Bourg", "Bourg annexe"))]),
        (FRIDAY, [ALSACE, WORKING], [Holiday("Vendredi saint", ("Bourg",))]),
        (date(2027, 1, 12), [PARIS, ALSACE], []),
    ],
)
def test_a_holiday_names_its_places_when_not_all_keep_it(
    day: date, places: list[Place], expected: list[Holiday]
) -> None:
    assert holidays_of(day, places) == expected


@pytest.fixture
def office(office: Office) -> Office:
    office.territory.school_zone = "B"
    office.territory.save()
    return office


def words(office: Office, name: str, day: date, *args: int) -> list[str]:
    page = office.client("admin").get(
        reverse(f"agents:{name}", args=args), {"jour": day.isoformat(), "agent": office.agent.pk}
    )
    tags = page.context["tags"] if name != "week" else next(
        one["tags"] for one in page.context["by_day"] if one["date"] == day
    )  # fmt: skip
    assert all(tag.label in page.content.decode() for tag in tags)
    return [tag.label for tag in tags]


@pytest.mark.parametrize("name", ["day", "week", "place_day"])
def test_scenario_32_agendas_show_holidays(office: Office, name: str) -> None:
    numbers = (office.location.pk,) if name == "place_day" else ()
    assert words(office, name, CHRISTMAS, *numbers) == ["Jour férié\u00a0: Noël", "Vacances scolaires, zone\u00a0B"]
    assert words(office, name, date(2027, 1, 12), *numbers) == []


def test_scenario_32_a_place_has_the_holidays_of_its_own_zone(office: Office) -> None:
    bourg = location(office.organisation, name="Bourg", holiday_zone="alsace-moselle")
    saturday = ["Vacances scolaires, zone\u00a0B"]
    assert words(office, "day", STEPHEN) == saturday
    opening(office.agent, bourg, office.type, day=STEPHEN, rrule="FREQ=WEEKLY")
    assert words(office, "day", STEPHEN) == ["Jour férié\u00a0: Saint-Étienne (Bourg)", *saturday]
    assert words(office, "place_day", STEPHEN, bourg.pk) == ["Jour férié\u00a0: Saint-Étienne", *saturday]
    assert words(office, "place_day", STEPHEN, office.location.pk) == saturday


def test_the_place_of_a_discreet_service_is_not_named(office: Office) -> None:
    hidden = location(office.organisation, name="Maison bleue", holiday_zone="alsace-moselle")
    opening(office.counsellor, hidden, office.discreet_type, day=STEPHEN)
    query = {"jour": STEPHEN.isoformat(), "agent": office.counsellor.pk}
    page = office.client("secretary").get(reverse("agents:day"), query)
    assert [tag.label for tag in page.context["tags"]] == ["Vacances scolaires, zone\u00a0B"]
    own = office.client(office.counsellor).get(reverse("agents:day"), {"jour": STEPHEN.isoformat()})
    assert own.context["tags"][0].label == "Jour férié\u00a0: Saint-Étienne (Maison bleue)"


def test_a_territory_without_a_school_zone_has_public_holidays_alone(office: Office) -> None:
    office.territory.school_zone = ""
    assert day_tags(CHRISTMAS, [], office.territory) == [Tag("Jour férié\u00a0: Noël", "accent", "calendar-x")]


@pytest.mark.parametrize("name", ["day", "week", "place_day"])
def test_a_holiday_and_more_places_cost_no_query(office: Office, name: str) -> None:
    client = office.client("admin")
    address = reverse(f"agents:{name}", args=(office.location.pk,) if name == "place_day" else ())

    def count(day: date) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"jour": day.isoformat(), "agent": office.agent.pk})
        return len(queries)

    count(office.day)
    usual = count(office.day)
    for zone in ("alsace-moselle", "la-reunion", "mayotte"):
        opening(office.agent, location(office.organisation, holiday_zone=zone), office.type, day=CHRISTMAS)
    assert Location.objects.count() > 3
    assert count(CHRISTMAS) <= usual
