"""A territory from its file: loaded once or ten times, it is the same."""

from datetime import date, time
from pathlib import Path

import pytest

from rdv.models import Agent, AppointmentType, Location, OpeningOccurrence, Role, Territory
from rdv.territory_file import FileMistakes, dump, load
from tests.factories import NOW

EXAMPLE = Path(__file__).resolve().parents[2] / "rdv" / "demo" / "val-d-exemple.toml"

MINIMAL = """\
[territory]
slug = "val"
name = "Le Val"
department_code = "99"
catalogue = "pmi"

[[organisations]]
slug = "mds"
name = "MDS du Val"

[[locations]]
organisation = "mds"
slug = "centre"
name = "PMI du Centre"
rooms = [
  { name = "Salle bleue", equipment = ["balance"] },
]
"""

HOURS = """
[[agents]]
email = "lea@exemple.test"
first_name = "Léa"
last_name = "Roux"
profession = "puericultrice"
services = ["pmi"]
roles = { mds = "admin" }

[[opening_periods]]
agent = "lea@exemple.test"
location = "centre"
types = ["pesee"]
room = "Salle bleue"
first_day = 2027-01-12
start_time = "9:00"
end_time = "12:00"
rrule = "FREQ=WEEKLY;BYDAY=TU"
"""

pytestmark = pytest.mark.django_db


def test_the_example_loads_twice_and_comes_back_as_it_was() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    first, second = load(text, now=NOW), load(text, now=NOW)
    assert (first.created["locations"], first.created["agents"], first.created["types"]) == (12, 30, 12)
    assert second.is_unchanged
    territory = Territory.objects.get()
    written = dump(territory)
    assert load(written, now=NOW).is_unchanged
    assert dump(territory) == written


def test_a_dump_makes_the_same_territory_elsewhere() -> None:
    load(EXAMPLE.read_text(encoding="utf-8"), now=NOW)
    written = dump(Territory.objects.get())
    elsewhere = written.replace('slug = "val-d-exemple"', 'slug = "ailleurs"').replace("@demo.example", "@la.example")
    load(elsewhere, now=NOW)
    again = dump(Territory.objects.get(slug="ailleurs"))
    assert (
        again.replace('slug = "ailleurs"', 'slug = "val-d-exemple"').replace("@la.example", "@demo.example") == written
    )


def test_five_lines_and_the_catalogue_are_enough() -> None:
    load(MINIMAL, now=NOW)
    territory = Territory.objects.get()
    assert territory.services.get(is_discreet=True).slug == "sante-sexuelle"
    assert Location.objects.get().rooms.get().equipment == ["balance"]
    chain = AppointmentType.objects.with_rules().get(slug="consultation-en-deux-temps")
    assert [(step.profession, step.duration_minutes) for step in chain.steps.all()] == [
        ("puericultrice", 15),
        ("medecin", 20),
    ]


def test_a_changed_value_changes_its_row_alone() -> None:
    load(MINIMAL, now=NOW)
    report = load(MINIMAL.replace("PMI du Centre", "PMI de la Place"), now=NOW)
    assert dict(report.changed) == {"locations": 1}
    assert not report.created
    assert Location.objects.get().name == "PMI de la Place"


def test_what_the_file_leaves_out_is_not_touched() -> None:
    load(MINIMAL, now=NOW)
    Location.objects.update(phone="01 99 00 00 01")
    Agent.objects.create_user(None, territory=Territory.objects.get(), first_name="Sans", last_name="Fichier")
    assert load(MINIMAL, now=NOW).is_unchanged
    assert Location.objects.get().phone == "01 99 00 00 01"
    assert Agent.objects.count() == 1


def test_hours_open_time_at_once() -> None:
    load(MINIMAL + HOURS, now=NOW)
    agent = Agent.objects.get()
    assert (agent.memberships.get().role, agent.has_usable_password()) == (Role.ADMIN, False)
    first = OpeningOccurrence.objects.order_by("starts_at").first()
    assert first is not None
    assert (first.starts_at.astimezone(NOW.tzinfo).isoformat(), first.period.room.name) == (
        "2027-01-12T08:00:00+00:00",
        "Salle bleue",
    )


def test_closing_days_close_hours_already_there() -> None:
    load(MINIMAL + HOURS, now=NOW)
    before = OpeningOccurrence.objects.count()
    load(MINIMAL + HOURS + "\n[[closing_days]]\nfirst_day = 2027-01-19\nlast_day = 2027-01-19\n", now=NOW)
    assert OpeningOccurrence.objects.count() == before - 1


def test_values_of_the_catalogue_are_overridden() -> None:
    load(MINIMAL + '\n[[types]]\ncatalogue = "pmi"\nslug = "pesee"\nduration_minutes = 20\n', now=NOW)
    weighing = AppointmentType.objects.get(slug="pesee")
    assert (weighing.duration_minutes, weighing.public_label) == (20, "Pesée et conseils")


def test_ages_come_into_force_on_their_day() -> None:
    revision = 'revisions = [{ valid_from = 2028-01-01, age_min_months = 6, source = "Arrêté d’exemple" }]'
    load(f'{MINIMAL}\n[[types]]\ncatalogue = "pmi"\nslug = "pesee"\n{revision}\n', now=NOW)
    weighing = AppointmentType.objects.with_rules().get(slug="pesee")
    organisation = Territory.objects.get().organisations.get()
    assert weighing.rules_for(organisation, date(2027, 12, 31)).age_min_months == 0
    assert weighing.rules_for(organisation, date(2028, 1, 1)).age_min_months == 6


def test_a_dry_run_tells_and_keeps_nothing() -> None:
    report = load(MINIMAL, now=NOW, dry_run=True)
    assert report.created["locations"] == 1
    assert not Territory.objects.exists()


def test_a_wrong_file_loads_nothing() -> None:
    with pytest.raises(FileMistakes):
        load(MINIMAL.replace('organisation = "mds"', 'organisation = "autre"'), now=NOW)
    assert not Territory.objects.exists()


def test_hours_are_read_with_or_without_a_leading_nought() -> None:
    load(MINIMAL + HOURS, now=NOW)
    assert OpeningOccurrence.objects.first().period.start_time == time(9)


TEXT = """
[[texts]]
channel = "sms"
name = "booked"
language = "fr"
text = "C’est noté : RDV {quand}, {lieu}. {lien}"
"""


def test_the_texts_of_a_territory_are_part_of_its_file() -> None:
    load(MINIMAL + TEXT, now=NOW)
    territory = Territory.objects.get()
    assert territory.message_texts.get().text.startswith("C’est noté")
    assert "[[texts]]" in dump(territory)
    again = load(dump(territory), now=NOW)
    assert (again.created["texts"], again.changed["texts"], again.unchanged["texts"]) == (0, 0, 1)
