"""Who is due, who is invited and by which way, and what the link does."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv import clock
from rdv.followups import inviting
from rdv.followups.inviting import invite, record_no
from rdv.followups.single import Refused, invite_family
from rdv.models import AppointmentType, BookableBy, Family, FollowUpInvitation, Participation, Person, PhoneKind, Status
from rdv.models.actor import Actor
from reminders import loading, wording
from reminders.closing import close_stale
from reminders.models import OutboundMessage, Task, TaskEnd, TaskKind
from reminders.relevance import ANSWERED, why_not
from tests.factories import NOW, appointment_type, paris, service, who
from tests.followups.clinic import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def client(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client


def names(clinic: Clinic, **asked: Any) -> set[int]:
    return {one.family for one in clinic.due(**asked)}


def written(row: OutboundMessage) -> str:
    """The SMS as it would leave."""
    batch = loading.load([row.pk])
    return wording.write(batch.messages[0], batch, [], now=NOW).text


def test_the_next_one_is_due_from_the_last_and_within_its_window(clinic: Clinic) -> None:
    early, late = clinic.known(5), clinic.known(70)
    gone, unsettled = clinic.known(200), clinic.known()
    clinic.seen(unsettled, 29, Status.UNKNOWN)
    missed = clinic.known()
    clinic.seen(missed, 30, Status.NOSHOW)
    found = {one.family: one.due for one in clinic.due()}
    assert set(found) == {clinic.family.pk, late.pk, unsettled.pk}
    assert (found[clinic.family.pk].first, found[clinic.family.pk].last) == (date(2027, 1, 9), date(2027, 2, 10))
    assert (found[clinic.family.pk].overdue, found[late.pk].overdue) == (False, True)
    assert not {early.pk, gone.pk, missed.pk} & set(found)


def test_whoever_has_an_appointment_to_come_is_not_due(clinic: Clinic) -> None:
    clinic.seen(clinic.family, -3, Status.UNKNOWN)
    assert clinic.due() == []


def test_the_calendar_finds_children_by_their_birth() -> None:
    clinic = Clinic(follow_up="enfant", next_within_days=None, minimum_interval_days=0, age_min_months=None)
    known = clinic.known(100, phone="+33639980002")
    Person.objects.filter(family=known).update(birth_date=date(2026, 5, 1))
    never = clinic.known(phone="+33639980003")
    Person.objects.filter(family=never).update(birth_date=date(2026, 5, 1))
    found = {one.family: one.due.code for one in clinic.due()}
    assert found == {known.pk: "enfant:m09", never.pk: "enfant:m09"}


def test_one_examination_is_proposed_once_whichever_type_of_its_calendar() -> None:
    rules: dict[str, Any] = {"follow_up": "enfant", "minimum_interval_days": 0, "age_min_months": None}
    clinic = Clinic(**rules, next_within_days=None)
    other = service(clinic.territory)
    clinic.secretary.services.add(clinic.service, other)
    known = clinic.known(phone="+33639980004")
    known.persons.update(birth_date=date(2026, 5, 1))
    assert [one.due.code for one in clinic.due()] == ["enfant:m09"]
    assert clinic.invite(known).written == 1
    clinic.type = appointment_type(clinic.territory, other, **rules)
    assert clinic.due() == []
    assert clinic.invite(known).written == 0


def test_discreet_files_and_types_are_left_out(clinic: Clinic) -> None:
    discreet = service(clinic.territory, is_discreet=True)
    clinic.secretary.services.add(discreet)
    clinic.known(30, discreet_service=discreet)
    assert names(clinic) == {clinic.family.pk}
    hidden = appointment_type(clinic.territory, discreet, next_within_days=60)
    clinic.type = hidden
    with pytest.raises(ValueError, match="not invited"):
        clinic.invite()


def test_a_family_is_written_to_once_for_its_window(clinic: Clinic) -> None:
    assert clinic.invite().written == 1
    assert clinic.invite().written == 0
    assert clinic.due() == []
    row = OutboundMessage.objects.get(kind="invitation")
    assert row.context["invitation"] == FollowUpInvitation.objects.get().pk
    assert FollowUpInvitation.objects.get().token in written(row)


def test_each_family_is_reached_by_its_way_or_left_alone(clinic: Clinic) -> None:
    fixed, stopped, silent = clinic.known(30), clinic.known(30), clinic.known(30)
    fixed.contacts.update(phone="+33199000009", phone_kind="fixed")
    stopped.contacts.update(sms_stopped_at=NOW)
    silent.contacts.update(may_be_told=False)
    done = clinic.invite(clinic.family, fixed, stopped, silent)
    assert (done.written, done.calls, done.silent) == (1, 2, 1)
    assert set(Task.objects.values_list("kind", "family")) == {
        ("call_invitation", fixed.pk),
        ("call_invitation", stopped.pk),
    }
    assert set(OutboundMessage.objects.values_list("family", flat=True)) == {clinic.family.pk}


def test_a_call_is_called_off_when_the_family_books(clinic: Clinic) -> None:
    clinic.family.contacts.update(phone="+33199000009", phone_kind="fixed")
    clinic.invite()
    close_stale(NOW)
    assert Task.objects.get().done_at is None
    clinic.book(9, who=who(clinic.family), now=NOW + timedelta(hours=1))
    close_stale(NOW + timedelta(hours=2))
    assert Task.objects.get().closed_as == "rebooked"


def test_no_more_than_so_many_a_day_and_none_at_night(clinic: Clinic) -> None:
    others = [clinic.known(30, phone=f"+3363998100{n}") for n in range(3)]
    clinic.service.invitations_per_day = 2
    clinic.service.save()
    night = NOW + timedelta(hours=14)
    done = clinic.invite(clinic.family, *others, now=night)
    assert (done.written, done.left) == (2, 2)
    assert {row.due_at for row in OutboundMessage.objects.all()} == {paris(date(2027, 1, 12), 8)}
    assert clinic.invite(*others, now=night).left == 2
    assert clinic.invite(*others, now=night + timedelta(hours=12)).written == 2


def test_brothers_and_sisters_make_one_message(clinic: Clinic) -> None:
    sister = Person.objects.create(family=clinic.family, first_name="Mia", birth_date=date(2026, 6, 1))
    held = clinic.seen(clinic.known(30), 30)
    Participation.objects.create(
        appointment=held, family=clinic.family, person=sister, status=Status.SEEN, created_at=NOW
    )
    done = invite(clinic.scope, clinic.type, [clinic.child.pk, sister.pk], by=Actor.of(clinic.secretary), now=NOW)
    assert done.written == 1
    assert FollowUpInvitation.objects.count() == 2
    assert OutboundMessage.objects.count() == 1


def test_what_was_answered_before_it_left_is_not_said(clinic: Clinic) -> None:
    clinic.invite()
    row = OutboundMessage.objects.get()
    assert why_not(row, NOW) is None
    FollowUpInvitation.objects.get().decline(NOW)
    assert why_not(row, NOW) == ANSWERED


def test_the_link_books_with_what_is_known(clinic: Clinic, client: Client) -> None:
    clinic.invite()
    link = reverse("families:invitation", args=[FollowUpInvitation.objects.get().token])
    page = client.get(link).content.decode()
    assert "Léa" in page
    assert "Exemple" not in page.replace("Exempleville", "").replace("Val-d’Exemple", "")
    slots = client.post(f"{link}prendre/", follow=True)
    assert slots.redirect_chain[-1][0] == reverse(
        "families:place", args=[clinic.type.slug, clinic.location.pk, clinic.location.name.lower().replace(" ", "-")]
    )
    start = clinic.at(9).isoformat()
    form = client.post(
        reverse("families:hold", args=[clinic.type.slug, clinic.location.pk]), {"debut": start}, follow=True
    )
    initial = form.context["form"].initial
    assert (initial["child_1"], initial["first_name"], initial["phone"]) == ("Léa", "Sam", "06 39 98 00 01")
    client.post(reverse("families:contact"), {**initial, "language": "fr"})
    check = client.get(reverse("families:check"))
    client.post(reverse("families:check"), {"retenue": check.context["hold"]})
    booked = Participation.objects.get(status=Status.UNKNOWN)
    assert (booked.person, booked.family) == (clinic.child, clinic.family)
    assert "déjà pris" in client.get(link).content.decode()
    assert clinic.due() == []


def test_a_number_is_not_shown_where_two_people_have_the_link(clinic: Clinic, client: Client) -> None:
    contact = clinic.family.contacts.get()
    contact.pk, contact.phone = None, "+33639980055"
    contact.save()
    clinic.invite()
    link = reverse("families:invitation", args=[FollowUpInvitation.objects.first().token])  # type: ignore[union-attr]
    client.post(f"{link}prendre/")
    assert client.session["prendre"]["answers"] == {"child_1": "Léa"}


def test_no_is_heard_and_reading_says_nothing(clinic: Clinic, client: Client) -> None:
    clinic.invite()
    invitation = FollowUpInvitation.objects.get()
    link = reverse("families:invitation", args=[invitation.token])
    for address in (link, f"{link}non/", f"{link}prendre/"):
        client.get(address)
    invitation.refresh_from_db()
    assert invitation.declined_at is None
    client.post(f"{link}non/")
    assert "vous n’en avez pas besoin" in client.get(link).content.decode()
    assert clinic.due() == []
    assert client.get(reverse("families:invitation", args=["a" * 16])).status_code == 404


def test_finding_who_is_due_costs_the_same_for_one_and_for_many(clinic: Clinic) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            clinic.due()
        return len(spent)

    few = cost()
    for number in range(5):
        clinic.known(30, phone=f"+3363998200{number}")
    assert cost() == few


def test_inviting_costs_the_same_for_one_and_for_many() -> None:
    """The services of the calendar are locked meanwhile."""

    def cost(families: int) -> int:
        clinic = Clinic()
        invited = [clinic.known(30, phone=f"+336399830{number:02}") for number in range(families)]
        for one in invited[1::2]:
            one.contacts.update(phone_kind="fixed")
        persons = list(Person.objects.filter(family__in=invited).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as spent:
            done = invite(clinic.scope, clinic.type, persons, by=Actor.of(clinic.secretary), now=NOW)
        assert (done.written, done.calls) == (families - families // 2, families // 2)
        return len(spent)

    cost(1)  # some of what is read is kept by the process
    assert cost(2) == cost(8)


def test_many_are_invited_batch_by_batch(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "AT_ONCE", 2)
    families = [clinic.known(30, phone=f"+336399831{number:02}") for number in range(5)]
    assert clinic.invite(*families).written == 5
    assert set(OutboundMessage.objects.values_list("family", flat=True)) == {one.pk for one in families}


def test_one_family_is_invited_from_its_file_to_any_type_that_families_book(clinic: Clinic) -> None:
    """Nothing is due for it, and the day's limit is for lists."""
    clinic.service.invitations_per_day = 0
    clinic.service.save()
    other = appointment_type(clinic.territory, clinic.service, bookable_by=BookableBy.INVITED)
    known = clinic.known(phone="+33639980060")
    assert single(clinic, other, known) == "written"
    made = FollowUpInvitation.objects.get()
    assert (made.person, made.type, made.invited_by) == (known.persons.get(), other, clinic.secretary)
    assert made.token in written(OutboundMessage.objects.get())
    assert single(clinic, other, known) is Refused.INVITED
    made.decline(NOW)
    assert single(clinic, other, known, NOW + timedelta(hours=1)) == "written"


def test_a_family_is_not_invited_to_what_it_has_or_can_t_have(clinic: Clinic) -> None:
    clinic.seen(clinic.family, -3, Status.UNKNOWN)
    assert single(clinic, clinic.type, clinic.family) is Refused.BOOKED
    old = clinic.known(phone="+33639980061")
    old.persons.update(birth_date=date(2015, 1, 1))
    assert single(clinic, clinic.type, old) is Refused.AGE
    silent = clinic.known(phone="+33639980062")
    silent.contacts.update(may_be_told=False)
    assert single(clinic, clinic.type, silent) is Refused.NOT_TOLD
    closed = appointment_type(clinic.territory, clinic.service, bookable_by=BookableBy.AGENTS)
    walled = service(clinic.territory, is_discreet=True)
    clinic.secretary.services.add(walled)
    for kind in (closed, appointment_type(clinic.territory, walled)):
        assert single(clinic, kind, clinic.family) is Refused.UNKNOWN_TYPE
    theirs = clinic.known(phone="+33639980063", discreet_service=walled)
    assert single(clinic, clinic.type, theirs) is Refused.UNKNOWN_TYPE
    assert not FollowUpInvitation.objects.exists()


def single(clinic: Clinic, type_: AppointmentType, of: Family, now: datetime = NOW) -> Refused | str:
    return invite_family(clinic.scope, type_, of, list(of.persons.all()), by=Actor.of(clinic.secretary), now=now)


def test_who_says_no_on_the_telephone_is_no_longer_to_be_called(clinic: Clinic) -> None:
    clinic.family.contacts.update(phone="+33199000009", phone_kind=PhoneKind.FIXED)
    clinic.invite()
    task = Task.objects.get(kind=TaskKind.CALL_INVITATION)
    close_stale(NOW)
    assert not Task.objects.exclude(done_at=None).exists()
    record_no(FollowUpInvitation.objects.get(), now=NOW)
    close_stale(NOW)
    task.refresh_from_db()
    assert (task.done_at, task.closed_as) == (NOW, TaskEnd.SAID_NO)
