"""What each role sees: its own organisations and services, and nothing through a discreet wall."""

import pytest

from rdv.access.scope import Scope
from rdv.models import Agent, ApiToken, Appointment, Location, Role, WaitingListEntry
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, appointment_type, location, opening, organisation, service

pytestmark = pytest.mark.django_db


class Walls(World):
    """A PMI appointment and a discreet one in the same organisation; a third in another one."""

    def __init__(self) -> None:
        super().__init__()
        self.discreet = service(self.territory, name="Santé sexuelle", is_discreet=True)
        self.discreet_type = appointment_type(self.territory, self.discreet, public_label="Entretien")
        self.counsellor = agent(self.organisation, services=[self.discreet])
        opening(self.counsellor, self.location, self.discreet_type, day=self.day)
        self.elsewhere = organisation(self.territory)
        self.other_place = location(self.elsewhere)
        self.other_agent = agent(self.elsewhere, services=[self.service])
        opening(self.other_agent, self.other_place, self.type, day=self.day)
        self.agent.services.set([self.service])
        self.open = self.book(9).appointment
        place = Location.objects.select_related("organisation__territory").get(pk=self.location.pk)
        self.walled = self.booked_at(self.discreet_type, place)
        place = Location.objects.select_related("organisation__territory").get(pk=self.other_place.pk)
        self.far = self.booked_at(self.type, place)

    def booked_at(self, type_: object, place: Location, by: Actor | None = None, hour: int = 9) -> Appointment:
        from tests.factories import booking

        return booking(type_, place, self.at(hour), by=by).appointment

    def person(self, role: str, **values: object) -> Agent:
        return agent(self.organisation, role=role, **{"services": [self.service]} | values)

    def seen_by(self, who: Agent) -> set[str]:
        names = {self.open.pk: "open", self.walled.pk: "walled", self.far.pk: "far"}
        scope = Scope.of(who)
        listed = {names[pk] for pk in scope.appointments().values_list("pk", flat=True)}
        every = Appointment.objects.prefetch_related("appointment_agents")
        assert listed == {names[one.pk] for one in every if scope.sees(one)}, "the two forms of the rule differ"
        return listed


@pytest.mark.parametrize(
    ("role", "values", "expected"),
    [
        (Role.AGENT, {}, {"open"}),
        (Role.AGENT, {"services": []}, set()),
        (Role.SECRETARY, {}, {"open"}),
        (Role.SECRETARY, {"services": []}, {"open"}),
        (Role.ADMIN, {}, {"open"}),
        (Role.PRESCRIBER, {}, set()),
        (Role.AGENT, {"is_territory_admin": True}, {"open", "far"}),
        (Role.ADMIN, {"is_active": False}, set()),
    ],
)
def test_each_role_reads_its_own_appointments_only(role: str, values: dict, expected: set[str]) -> None:
    world = Walls()
    assert world.seen_by(world.person(role, **values)) == expected


def test_belonging_to_a_discreet_service_opens_its_wall() -> None:
    world = Walls()
    assert world.seen_by(world.person(Role.AGENT, services=[world.discreet])) == {"walled"}
    assert world.seen_by(world.person(Role.SECRETARY, services=[world.discreet])) == {"open", "walled"}
    chief = world.person(Role.ADMIN, services=[world.discreet], is_territory_admin=True)
    assert world.seen_by(chief) == {"open", "walled", "far"}


def test_an_agent_sees_what_he_receives_wherever_it_is() -> None:
    world = Walls()
    assert world.seen_by(world.other_agent) == {"far"}
    assert world.seen_by(world.counsellor) == {"walled"}


def test_a_prescriber_sees_what_he_booked_and_nothing_else() -> None:
    world = Walls()
    prescriber = world.person(Role.PRESCRIBER, services=[])
    booked = world.booked_at(world.type, world.location, Actor.of(prescriber), 10)
    scope = Scope.of(prescriber)
    assert list(scope.appointments()) == [booked]
    assert list(scope.families()) == [booked.participations.get().family]
    assert not scope.organisations().exists()
    assert not scope.waiting_list().exists()
    assert set(scope.types()) == {world.type, world.discreet_type}


def test_the_agenda_shows_walled_time_without_opening_it() -> None:
    world = Walls()
    scope = Scope.of(world.person(Role.SECRETARY))
    assert set(scope.agenda()) == {world.open, world.walled}


def test_files_of_a_discreet_service_stay_behind_its_wall_and_others_in_their_team() -> None:
    world = Walls()
    walled, near = (one.participations.get().family for one in (world.walled, world.open))
    secretary, chief = (Scope.of(world.person(Role.SECRETARY)), Scope.of(world.person(Role.ADMIN)))
    assert walled.discreet_service == world.discreet
    assert set(secretary.families()) == set(chief.families()) == {near}
    assert set(Scope.of(world.counsellor).families()) == {walled, near}
    assert not set(Scope.of(world.other_agent).families()) & {walled, near}


def test_waiting_families_are_seen_where_they_would_come() -> None:
    world = Walls()
    entries = {}
    for name, type_, appointment in (
        ("open", world.type, world.open),
        ("walled", world.discreet_type, world.walled),
        ("far", world.type, world.far),
    ):
        family = appointment.participations.get().family
        entries[name] = WaitingListEntry.objects.create(
            territory=world.territory,
            family=family,
            contact=family.contacts.get(),
            type=type_,
            waiting_since=NOW,
        )
    entries["far"].locations.add(world.other_place)
    assert set(Scope.of(world.person(Role.SECRETARY)).waiting_list()) == {entries["open"]}
    assert set(Scope.of(world.counsellor).waiting_list()) == {entries["walled"]}
    assert set(Scope.of(world.other_agent).waiting_list()) == {entries["far"]}


def test_an_application_reads_everything_but_the_discreet_services() -> None:
    world = Walls()
    token = ApiToken.objects.create(territory=world.territory, name="Essai", token_hash="x", created_at=NOW)
    scope = Scope.of_token(token)
    assert set(scope.appointments()) == {world.open, world.far}
    assert world.walled.participations.get().family not in set(scope.families())
    assert set(scope.locations()) == {world.location, world.other_place}
    assert set(scope.types()) == {world.type, world.discreet_type}


def test_hours_of_a_discreet_service_are_shown_to_its_members_alone() -> None:
    world = Walls()
    secretary = Scope.of(world.person(Role.SECRETARY))
    assert {period.agent for period in secretary.opening_periods()} == {world.agent}
    counsellor = Scope.of(world.counsellor)
    assert {period.agent for period in counsellor.opening_periods()} == {world.agent, world.counsellor}


def test_a_closed_account_sees_nothing_at_all() -> None:
    world = Walls()
    world.agent.is_active = False
    scope = Scope.of(world.agent)
    for seen in (
        scope.organisations(),
        scope.locations(),
        scope.agents(),
        scope.services(),
        scope.types(),
        scope.appointments(),
        scope.agenda(),
        scope.families(),
        scope.waiting_list(),
        scope.opening_periods(),
        scope.absences(),
        scope.messages(),
        scope.replies(),
        scope.tasks(),
    ):
        assert not seen.exists()
