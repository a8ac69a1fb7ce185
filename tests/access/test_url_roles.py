"""Every address of the workspace × every role: what opens, what is refused, and that nothing changed."""

import json
from collections.abc import Iterator

import pytest
from django.core import serializers
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.models import AccessLog, Appointment, OfferRound, OpeningPeriod, WaitingListEntry
from rdv.web.agents.urls import urlpatterns
from reminders.models import Task
from tests.factories import NOW
from tests.web.agents.world import Office

pytestmark = [pytest.mark.long, pytest.mark.django_db]

ROLES = ("anonymous", "elsewhere", "agent", "secretary", "admin", "territory", "prescriber")
LOG_IN, OPEN, MOVED, NO, GONE, POST_ONLY = "log-in", 200, 302, 403, 404, 405

# For each address: what a GET gives to elsewhere, agent, secretary, admin, territory, prescriber.
# `elsewhere` belongs to another organisation; the rows about a thing are about one of the agent's organisation.
EVERYBODY = (OPEN, OPEN, OPEN, OPEN, OPEN, OPEN)
DESK = (OPEN, OPEN, OPEN, OPEN, OPEN, NO)
OURS = (GONE, OPEN, OPEN, OPEN, OPEN, NO)
OURS_OR_BOOKED = (GONE, OPEN, OPEN, OPEN, OPEN, GONE)
# Who receives nobody begins at a place, with all who receive there.
AGENDA = (OPEN, OPEN, MOVED, OPEN, OPEN, NO)
ADMINISTRATION = (NO, NO, NO, NO, OPEN, NO)
CHANGED_BY_POST = (POST_ONLY,) * 6
ABSENCE = ("absence", "absence_status", "absence_decide", "absence_calls")
TABLE: dict[str, tuple[int, ...]] = {
    "home": EVERYBODY,
    "password": EVERYBODY,
    "settings": EVERYBODY,
    "feed": DESK,
    "log_in": (MOVED,) * 6,
    "log_out": CHANGED_BY_POST,
    "day": AGENDA,
    "week": AGENDA,
    "events": DESK,
    "places": (OPEN, MOVED, MOVED, MOVED, MOVED, NO),
    "place_day": OURS,
    "book": EVERYBODY,
    "find_slot": EVERYBODY,
    "confirm": (MOVED,) * 6,
    "appointment": OURS_OR_BOOKED,
    "booked": OURS_OR_BOOKED,
    "outcome": CHANGED_BY_POST,
    "cancel": OURS_OR_BOOKED,
    "move": OURS_OR_BOOKED,
    "letter": OURS_OR_BOOKED,
    "outcomes": DESK,
    "families": DESK,
    # The waiting list is shared by the teams of a département: its families may be called by any of them.
    "family": DESK,
    "invite_one": DESK,
    "own_agent": CHANGED_BY_POST,
    "new_contact": DESK,
    "contact": DESK,
    "new_person": DESK,
    "person": DESK,
    "tasks": DESK,
    "calls": DESK,
    "task": OURS,
    **dict.fromkeys(("task_assign", "task_call", "task_answer"), CHANGED_BY_POST),
    "waiting": DESK,
    "new_entry": DESK,
    "entry": DESK,
    "change_entry": CHANGED_BY_POST,
    "answer_offer": CHANGED_BY_POST,
    "entry_slots": DESK,
    # Without a place and a start there is no slot to offer: it is chosen first.
    "offer_slot": (MOVED, MOVED, MOVED, MOVED, MOVED, NO),
    "round": OURS,
    # What ended by itself, or was not started by hand, can't be taken back.
    "withdraw_round": (GONE, MOVED, MOVED, MOVED, MOVED, NO),
    "followups": DESK,
    # Without a type that has a next one there is nobody to invite: back to the list.
    "followups_all": (MOVED, MOVED, MOVED, MOVED, MOVED, NO),
    "followup_no": CHANGED_BY_POST,
    "next_visit": (GONE, MOVED, MOVED, MOVED, MOVED, GONE),
    "sessions": DESK,
    "new_session": EVERYBODY,
    "openings": DESK,
    "new_opening": DESK,
    "opening": (GONE, OPEN, OPEN, OPEN, OPEN, NO),
    "delete_opening": (GONE, OPEN, OPEN, OPEN, OPEN, NO),
    "opening_exceptions": (GONE, OPEN, OPEN, OPEN, OPEN, NO),
    "restore": CHANGED_BY_POST,
    "figures": DESK,
    "texts": ADMINISTRATION,
    "text": ADMINISTRATION,
    "absences": DESK,
    "new_absence": DESK,
    "absence": OURS,
    "absence_status": OURS,
    "absence_decide": OURS,
    "absence_calls": OURS,
    "withdraw_absence": OURS,
}


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def arguments(office: Office, name: str) -> tuple[int | str, ...]:
    """The numbers in an address, of things of the agent's own organisation."""
    family, opened = office.family, office.open
    return {
        "place_day": (office.location.pk,),
        **dict.fromkeys(("appointment", "booked", "outcome", "cancel", "move", "next_visit"), (opened.pk,)),
        "letter": (opened.pk, family.pk),
        **dict.fromkeys(("family", "invite_one", "own_agent", "new_contact", "new_person"), (family.pk,)),
        "contact": (family.pk, family.contacts.get().pk),
        "person": (family.pk, family.persons.get().pk),
        **dict.fromkeys(("task", "task_assign", "task_call", "task_answer"), (office.task.pk,)),
        "text": ("sms", "reminder", "fr"),
        **dict.fromkeys(("entry", "change_entry", "entry_slots"), (office.entry.pk,)),
        "answer_offer": (office.offer.pk,),
        **dict.fromkeys(("round", "withdraw_round"), (office.round.pk,)),
        **dict.fromkeys(("opening", "delete_opening", "opening_exceptions"), (office.period.pk,)),
        "followup_no": (1,),
        "restore": (office.period.pk, office.exception.pk),
        **dict.fromkeys((*ABSENCE, "withdraw_absence"), (office.absence.pk,)),
    }.get(name, ())


def state(office: Office) -> str:
    """All that a request could have changed."""
    rows: Iterator = (
        row
        for model in (Appointment, OpeningPeriod, WaitingListEntry, OfferRound, Task)
        for row in model.objects.order_by("pk")
    )
    return json.dumps(serializers.serialize("python", rows), default=str)


def test_the_table_names_every_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


def test_every_address_opens_to_its_roles_alone_and_a_get_changes_nothing(office: Office) -> None:
    before = state(office)
    wrong = {}
    for position, role in enumerate(ROLES):
        client = Client() if role == "anonymous" else office.client(role)
        for name, expected in TABLE.items():
            answer = client.get(reverse(f"agents:{name}", args=arguments(office, name)))
            if role == "anonymous":
                to_log_in = answer.status_code == MOVED and answer.headers["Location"].startswith("/agents/connexion/")
                if not to_log_in and not (name == "log_in" and answer.status_code == OPEN):
                    wrong[role, name] = answer.status_code
            elif answer.status_code != expected[position - 1]:
                wrong[role, name] = (answer.status_code, expected[position - 1])
    assert wrong == {}
    assert state(office) == before


@pytest.mark.parametrize("role", ["agent", "secretary", "admin", "territory", "prescriber", "elsewhere"])
def test_the_discreet_wall_holds_everywhere_and_a_try_is_logged(office: Office, role: str) -> None:
    client = office.client(role)
    walled, family = office.walled.pk, office.walled_family.pk
    for name, numbers in {
        "appointment": (walled,),
        "booked": (walled,),
        "cancel": (walled,),
        "move": (walled,),
        "letter": (walled, family),
        "family": (family,),
        "invite_one": (family,),
        "contact": (family, office.walled_family.contacts.get().pk),
    }.items():
        assert client.get(reverse(f"agents:{name}", args=numbers)).status_code in (GONE, NO), name
    assert client.post(reverse("agents:outcome", args=[walled]), {"status": "seen"}).status_code == GONE
    refused = AccessLog.objects.filter(agent=office.people[role], was_refused=True)
    assert refused.filter(action="appointment").exists()
    assert refused.exclude(action="appointment").exists()


@pytest.mark.parametrize("role", ["elsewhere", "prescriber"])
def test_deeds_outside_the_scope_leave_no_trace(office: Office, role: str) -> None:
    client = office.client(role)
    before = state(office)
    for name, data in {
        "outcome": {"status": "seen"},
        "cancel": {"by": "family"},
        "move": {"debut": office.at(10).isoformat()},
        "delete_opening": {},
        "restore": {},
        "withdraw_absence": {},
        "task": {"etat": "faite"},
        "task_assign": {"a": "moi"},
        "task_call": {"essai": "jointe"},
        "task_answer": {"text": "Bonjour", "envoyer": "1"},
        "withdraw_round": {},
        "answer_offer": {"reponse": "oui"},
    }.items():
        answer = client.post(reverse(f"agents:{name}", args=arguments(office, name)), data)
        assert answer.status_code in (NO, GONE), name
    assert state(office) == before


def test_a_form_without_its_token_is_refused(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.people["secretary"])
    for name in TABLE:
        answer = client.post(reverse(f"agents:{name}", args=arguments(office, name)))
        assert answer.status_code in (NO, POST_ONLY, GONE), name
