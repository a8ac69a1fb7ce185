"""Both pages of figures: what they say, to whom, and what they keep to themselves."""

from datetime import timedelta

import pytest
from django.test import Client

from rdv import clock
from rdv.models import DayFigures, FreedSlot
from rdv.statistics.definitions import Attendance, Lead, Refill, Share
from rdv.web import figures
from tests.factories import NOW, World, appointment_type, service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30))


@pytest.fixture
def world() -> World:
    return World()


def count(world: World, **counts: int) -> None:
    type_ = counts.pop("type", world.type)
    DayFigures.objects.create(
        territory=world.territory, organisation=world.organisation, type=type_, day=world.day, **counts
    )


def agents_page(world: World, query: str = "") -> str:
    client = Client()
    client.force_login(world.agent)
    return client.get(f"/agents/statistiques/{query}").content.decode()


def free(world: World, hour: int, *, after: timedelta | None) -> None:
    FreedSlot.objects.create(
        territory=world.territory,
        organisation=world.organisation,
        type=world.type,
        agent=world.agent,
        day=world.day,
        starts_at=world.at(hour),
        freed_at=world.at(hour) - timedelta(hours=5),
        filled_at=world.at(hour) - timedelta(hours=5) + after if after else None,
    )


def test_the_team_reads_shares_with_their_whole(world: World) -> None:
    count(world, seen=80, noshow=15, late=5)
    free(world, 10, after=timedelta(minutes=12))
    free(world, 11, after=None)
    page = agents_page(world)
    for said in ("15,0\u00a0%", "5,0\u00a0%", "50,0\u00a0%", "12 min", "de 100 rendez-vous attendus"):
        assert said in page


def test_before_and_after_a_day_stand_side_by_side(world: World) -> None:
    count(world, seen=50, noshow=50)
    world.day += timedelta(days=10)
    count(world, seen=90, noshow=10)
    query = f"?first={world.day - timedelta(days=20)}&last={world.day}&since={world.day}"
    assert "−40,0\u00a0points" in agents_page(world, query)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?first=2027-02-01&last=2027-01-01", "ne peut pas précéder"),
        ("?first=2027-01-01&last=2027-02-01&since=2027-01-01", "après le premier"),
        ("?first=2010-01-01&last=2027-02-01", "cinq ans"),
        ("?first=hier&last=2027-02-01", "Écrivez une date"),
        ("?first=2027-01-01&last=2027-02-01&type=999999", "choix"),
    ],
)
def test_a_period_that_makes_no_sense_is_explained(world: World, query: str, error: str) -> None:
    assert error in agents_page(world, query)


def test_a_discreet_service_is_counted_for_its_own_people_alone(world: World) -> None:
    discreet = service(world.territory, is_discreet=True, name="Santé sexuelle")
    hidden = appointment_type(world.territory, discreet, public_label="Entretien discret")
    count(world, seen=20)
    count(world, seen=300, type=hidden)
    page = agents_page(world)
    assert "Entretien discret" not in page
    assert "de 20 rendez-vous attendus" in page


def test_the_counts_of_each_day_are_a_file(world: World) -> None:
    count(world, seen=3, noshow=1)
    lines = agents_page(world, f"?first={world.day}&last={world.day}&format=csv").splitlines()
    assert lines[0] == (
        "\ufeffjour;équipe;motif;honorés;absences;annulés à temps;annulés trop tard;annulés par le service;"
        "à renseigner;pris en ligne"
    )
    assert lines[1] == f"{world.day};{world.organisation};{world.type};3;1;0;0;0;0;0"


def test_without_figures_both_pages_say_so(world: World, client: Client) -> None:
    assert "Pas encore de chiffres" in agents_page(world)
    assert "Pas encore de chiffres" in client.get("/stats/").content.decode()


def test_everybody_reads_the_shares_of_the_year_but_not_those_of_few(world: World, client: Client) -> None:
    count(world, seen=90, noshow=10)
    free(world, 10, after=timedelta(minutes=12))
    page = client.get("/stats/").content.decode()
    assert "10,0\u00a0%" in page
    assert "100,0\u00a0%" not in page
    assert "12 min" not in page


@pytest.mark.parametrize(("online", "seen", "said"), [(9, 12, "75,0\u00a0%"), (9, 10, "–")])
def test_everybody_reads_how_many_book_by_themselves_unless_they_are_few(
    world: World, client: Client, online: int, seen: int, said: str
) -> None:
    count(world, seen=seen, online=online)
    page = client.get("/stats/").content.decode()
    keys = page.split('<dl class="keys">')[1].split("</dl>")[0]
    shown = f'<dt>Pris en ligne</dt><dd class="keys__value">{said}</dd><dd class="quiet">des rendez-vous pris</dd>'
    assert shown in keys


def test_a_share_is_rounded_and_a_gap_is_told_in_points() -> None:
    assert figures.percent(Share(1, 15)) == "6,7\u00a0%"
    assert figures.percent(Share(1, 10), published=True) == "–"
    assert figures.gap(Share(1, 10), Share(2, 10)) == "−10,0\u00a0points"
    assert figures.gap(Share(0, 0), Share(2, 10)) == "–"


@pytest.mark.parametrize(
    ("minutes", "said"), [(0.2, "1 min"), (59, "59 min"), (200, "3 h 20"), (36 * 60, "2 jours"), (24 * 60, "1 jour")]
)
def test_a_median_is_told_in_its_own_unit(minutes: float, said: str) -> None:
    assert figures.lasting(timedelta(minutes=minutes)).replace("\u00a0", " ") == said


def test_bars_share_one_scale_and_few_have_none() -> None:
    rows = figures.lost_rows([("A", Attendance(seen=80, noshow=20)), ("B", Attendance(seen=90, noshow=5, late=5))])
    assert [[(part.start, part.length) for part in row.parts] for row in rows] == [[(0, 100)], [(0, 25), (25, 25)]]
    few = figures.refill_rows([(Lead.WEEK, Refill(freed=2, filled=2))])
    assert few[0].parts == ()
